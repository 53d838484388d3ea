// layout.tsx - what stands around every page: header, toasts, dialogs.
import {useSignal} from "@preact/signals";
import {useEffect, useRef} from "preact/hooks";

import {getKey, keyWanted, setKey} from "./api/client";
import {whole} from "./format";
import {Button} from "./parts/button";
import {Confirmation, Dialog} from "./parts/dialog";
import {Icon} from "./parts/icon";
import {navigation, pageOf} from "./routes";
import {keysNow, useKeys} from "./state/keys";
import {busyness, queue, watchQueue} from "./state/queue";
import {go, hrefOf, route, routePath} from "./state/route";
import {dismiss, spoken, toasts} from "./state/say";
import {theme, type Theme} from "./state/theme";

const themes = {
  auto: ["auto", "Theme: as the system has it"],
  light: ["sun", "Theme: light"],
  dark: ["moon", "Theme: dark"],
} as const;

const nextTheme: Record<Theme, Theme> = {auto: "light", light: "dark", dark: "auto"};

export function Layout() {
  const main = useRef<HTMLElement>(null);
  const help = useSignal(false);
  const page = pageOf(route.value);
  const first = useRef(true);

  // A page that one goes to begins at its top, also for the keyboard.
  useEffect(() => {
    document.title = `${page.title} · descentd`;
    if (!first.current) {
      main.current!.focus({preventScroll: true});
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [routePath.value]);

  useKeys([
    {key: "n", does: "A new job", run: () => go("/new")},
    {key: "?", does: "These keys", run: () => { help.value = true; }},
  ]);

  const {Page} = page;
  return (
    <>
      <Header section={page.section} onSkip={() => main.current!.focus()}
              onHelp={() => { help.value = true; }} />
      <main id="main" ref={main} tabIndex={-1}>
        <Page key={routePath.value} parts={route.value.parts} />
      </main>
      <p class="unseen" role="status" aria-live="polite">{spoken.value}</p>
      <Toasts />
      <Confirmation />
      {help.value && <Help onClose={() => { help.value = false; }} />}
      {keyWanted.value && <AskKey />}
    </>
  );
}

function Header({section, onSkip, onHelp}:
    {section: string; onSkip(): void; onHelp(): void}) {
  const [icon, label] = themes[theme.value];
  return (
    <header class="bar">
      <button type="button" class="skip" onClick={onSkip}>Skip to the content</button>
      <a class="logo" href={hrefOf("/jobs")} aria-label="descentd, all jobs">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M2 3c1 9 4 13 8 13s7-4 8-13" />
          <circle cx="6.2" cy="12.6" r="2.4" />
        </svg>
        <span>descentd</span>
      </a>
      <nav aria-label="Pages">
        {navigation.map(({path, word}) => (
          <a key={path} href={hrefOf(path)}
             aria-current={section === path ? "page" : undefined}>{word}</a>
        ))}
      </nav>
      <div class="bar-end">
        <Pill />
        <Button label={label} icon={icon} kind="ghost" bare
                onClick={() => { theme.value = nextTheme[theme.value]; }} />
        <Button label="Keys" icon="help" kind="ghost" bare onClick={onHelp} />
        {getKey() && <Button label="Forget the key" icon="key" kind="ghost" bare
                             onClick={() => setKey(null)} />}
      </div>
    </header>
  );
}

/** How busy the workers are, on every page. */
function Pill() {
  useEffect(watchQueue, []);
  const now = busyness.value, workers = queue.value?.workers.count;
  if (!now) return null;
  const of = workers === undefined ? "" : `/${workers}`;
  const said = `${now.busy}${of && ` of ${workers}`} workers busy, ${now.waiting} queued`;
  return (
    <a class={`pill${now.busy ? " busy" : ""}`} href={hrefOf("/status")}
       title={said}>
      <b>{now.busy}{of}</b>{" "}<span>busy</span>
      {now.waiting > 0 && <>{" "}<b>{whole(now.waiting)}</b>{" "}<span>queued</span></>}
    </a>
  );
}

function Toasts() {
  return (
    <div class="toasts" aria-live="polite">
      {toasts.value.map(({id, kind, text}) => (
        <div class={`toast ${kind}`} key={id}>
          {kind === "alarm" && <Icon name="failed" />}<span>{text}</span>
          <Button label="Dismiss" icon="close" kind="ghost" bare
                  onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}

const keyNames: Record<string, string> = {
  " ": "Space", ArrowLeft: "←", ArrowRight: "→",
  "Shift+ArrowLeft": "Shift ←", "Shift+ArrowRight": "Shift →",
};

function Help({onClose}: {onClose(): void}) {
  const seen = new Set<string>();
  const keys = keysNow.value.filter(({key}) => !seen.has(key) && seen.add(key));
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {keys.map(({key, does}) => (
          <div key={key}><dt><kbd>{keyNames[key] ?? key}</kbd></dt><dd>{does}</dd></div>
        ))}
      </dl>
    </Dialog>
  );
}

/** A server with keys wants one; it stays in this tab's sessionStorage. */
function AskKey() {
  const typed = useSignal("");
  const had = getKey() !== null;
  return (
    <Dialog title="This server wants a key" onClose={() => { keyWanted.value = false; }}>
      <form class="ask-key" onSubmit={event => {
        event.preventDefault();
        if (typed.value.trim()) setKey(typed.value.trim());
      }}>
        <p>{had ? "The key is not valid any more, or may not do this. " : ""}
          A key with <code>jobs:read</code> shows everything;{" "}
          <code>jobs:write</code> also starts, cancels and deletes. It is kept in
          this tab and forgotten when you close it.</p>
        <label class="field">Key
          <input type="password" autocomplete="off" placeholder="dd_…"
                 value={typed.value}
                 onInput={event => { typed.value = event.currentTarget.value; }} />
        </label>
        <div class="dialog-actions"><button class="button main">Use this key</button></div>
      </form>
    </Dialog>
  );
}
