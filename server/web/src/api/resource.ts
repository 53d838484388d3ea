// resource.ts - a component's view of one GET: data, fault, and asking again.
import {signal, type Signal} from "@preact/signals";
import {useEffect, useMemo} from "preact/hooks";

import {Failure, get, isAborted, keyVersion} from "./client";

export interface Resource<T> {
  /** The last answer; stays while the next one is on its way. */
  data: Signal<T | null>;
  failure: Signal<Failure | null>;
  loading: Signal<boolean>;
  /** Ask again. */
  reload(): void;
}

/**
 * GET `path` and keep its answer; again when path changes. null asks nothing.
 * The answer of a path that is no longer wanted is given up.
 */
export function useResource<T>(path: string | null): Resource<T> {
  const resource = useMemo(() => {
    let attempt: AbortController | null = null;
    const data = signal<T | null>(null);
    const failure = signal<Failure | null>(null);
    const loading = signal(false);
    let wanted: string | null = null;

    async function load(): Promise<void> {
      attempt?.abort();
      if (!wanted) return;
      const mine = attempt = new AbortController();
      loading.value = true;
      try {
        data.value = await get<T>(wanted, mine.signal);
        failure.value = null;
      } catch (error) {
        if (mine.signal.aborted || isAborted(error)) return;
        if (!(error instanceof Failure)) throw error;
        failure.value = error;
      }
      if (attempt === mine) loading.value = false;
    }

    return {
      data, failure, loading,
      reload: () => void load(),
      want(path: string | null): void {
        wanted = path;
        void load();
      },
      stop: () => attempt?.abort(),
    };
  }, []);

  useEffect(() => resource.want(path), [path, keyVersion.value]);
  useEffect(() => () => resource.stop(), []);
  return resource;
}
