// fetched.tsx - a page whose code is a file of its own, fetched when one goes
// there for the first time.
//
// Until it is there, the place stays empty and says that it is busy. A browser
// may keep in mind that a module failed, and a server that was renewed has it
// under another name: so "Try again" loads the dashboard again, which loses
// nothing, as all of a page's state stands in its address.
import {signal} from "@preact/signals";
import type {ComponentType} from "preact";
import {useEffect} from "preact/hooks";

import {Empty} from "./blocks";
import {Button} from "./button";

/** The component that `fetch` comes back with, or what stands in its place. */
export function fetched<Props extends object>(
    fetch: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const found = signal<ComponentType<Props> | null>(null);
  const failed = signal(false);
  let asked = false;

  return props => {
    useEffect(() => {
      if (asked) return;
      asked = true;
      fetch().then(page => { found.value = page; },
                   () => { failed.value = true; });
    }, []);
    const Page = found.value;
    if (Page) return <Page {...props} />;
    return failed.value ? <Missed /> : <div aria-busy="true" />;
  };
}

function Missed() {
  return (
    <div role="alert">
      <Empty title="This page did not arrive" whole>
        <p>The server is away, or has become another version meanwhile.</p>
        <Button label="Try again" icon="again" kind="main"
                onClick={() => location.reload()} />
      </Empty>
    </div>
  );
}
