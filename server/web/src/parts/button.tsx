// button.tsx - buttons, links that look like them, and groups of choices.
import type {ComponentChildren} from "preact";

import {Icon, type IconName} from "./icon";

interface ButtonProps {
  /** What it says; with `bare` it is the label of an icon alone. */
  label: string;
  icon?: IconName;
  bare?: boolean;
  kind?: "plain" | "main" | "danger" | "ghost";
  disabled?: boolean;
  pressed?: boolean;
  href?: string;
  /** A link whose answer is a file. */
  download?: boolean | string;
  onClick?(event: MouseEvent): void;
}

export function Button(props: ButtonProps) {
  const {label, icon, bare, kind = "plain"} = props;
  const classes = `button ${kind}${bare ? " bare" : ""}`;
  const inside = <>{icon && <Icon name={icon} />}{!bare && <span>{label}</span>}</>;

  return props.href
    ? <a class={classes} href={props.href} download={props.download}
         aria-label={bare ? label : undefined}
         title={bare ? label : undefined}>{inside}</a>
    : <button type="button" class={classes} disabled={props.disabled}
              aria-pressed={props.pressed} aria-label={bare ? label : undefined}
              title={bare ? label : undefined}
              onClick={props.onClick}>{inside}</button>;
}

/** One of a few: a row of radio buttons that looks like one piece. */
export function Choice<T extends string>(props: {
  label: string;
  options: readonly (readonly [value: T, word: string])[];
  value: T;
  onChange(value: T): void;
}) {
  return (
    <fieldset class="choice">
      <legend class="unseen">{props.label}</legend>
      {props.options.map(([value, word]) => (
        <label key={value}>
          <input type="radio" name={props.label} checked={value === props.value}
                 onChange={() => props.onChange(value)} />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A button that opens a short list of links or buttons. */
export function Menu({label, icon, bare, children}: {
  label: string; icon?: IconName; children: ComponentChildren;
  /** An icon alone. */
  bare?: boolean;
}) {
  function close(event: Event): void {
    const details = (event.currentTarget as Element).closest("details")!;
    const next = (event as FocusEvent).relatedTarget as Node | null;
    if (event.type === "focusout" && (!next || details.contains(next))) return;
    details.open = false;
  }

  function onKey(event: KeyboardEvent): void {
    if (event.key !== "Escape") return;
    const details = event.currentTarget as HTMLDetailsElement;
    details.open = false;
    details.querySelector("summary")!.focus();
  }

  return (
    <details class="menu" onFocusOut={close} onKeyDown={onKey}>
      <summary class={`button ${bare ? "ghost bare small" : "plain"}`}
               aria-label={bare ? label : undefined} title={bare ? label : undefined}>
        {icon && <Icon name={icon} />}
        {!bare && <><span>{label}</span><Icon name="down" /></>}
      </summary>
      <div class="menu-list" onClick={close}>{children}</div>
    </details>
  );
}
