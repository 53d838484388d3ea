// download.tsx - answers as files, and texts for the clipboard.
import {getKey, send} from "../api/client";
import {complain, toast} from "../state/say";
import {Button} from "./button";
import type {IconName} from "./icon";

/** Hand `blob` to the browser under a name. */
export function keepFile(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/** An SVG that the server draws, as a PNG of twice its size. */
export async function keepPng(path: string, name: string): Promise<void> {
  const svg = await (await send(path)).text();
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * image.naturalWidth;
  canvas.height = 2 * image.naturalHeight;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob(blob => blob && keepFile(blob, name));
}

/** A link to an answer. With a key, which no link carries, it is fetched. */
export function DownloadLink({path, name, label}:
    {path: string; name: string; label: string}) {
  async function fetchIt(event: MouseEvent): Promise<void> {
    if (!getKey()) return;
    event.preventDefault();
    try {
      keepFile(await (await send(path)).blob(), name);
    } catch (error) {
      complain(error);
    }
  }

  return (
    <a class="menu-item" href={path.replace(/^\//, "")} download={name}
       onClick={event => void fetchIt(event)}>{label}</a>
  );
}

/** Copy `text()`; where the browser forbids it (plain http), say so. */
export function CopyButton({label, icon = "copy", text, kind}: {
  label: string; icon?: IconName; text(): string | Promise<string>;
  kind?: "plain" | "ghost";
}) {
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(await text());
      toast("Copied");
    } catch (error) {
      if (navigator.clipboard) return complain(error);
      toast("The browser gives the clipboard to https and localhost only.", "alarm");
    }
  }
  return <Button label={label} icon={icon} kind={kind} onClick={() => void copy()} />;
}

/** The job as a command: quoted so that a shell takes it as it is. */
export function curlOf(spec: unknown): string {
  const url = new URL("jobs", document.baseURI).href;
  const body = JSON.stringify(spec).replaceAll("'", "'\\''");
  return `curl -d '${body}' ${url}`;
}
