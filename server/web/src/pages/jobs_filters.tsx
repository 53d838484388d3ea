// jobs_filters.tsx - the list's filters beside state and name.
import {useResource} from "../api/resource";
import {words} from "../format";
import {Button} from "../parts/button";
import {queried, setQuery} from "../state/route";

const HOUR_MS = 3600e3;
const times = [
  ["", "Any time", 0], ["1h", "Last hour", HOUR_MS],
  ["1d", "Last day", 24 * HOUR_MS], ["7d", "Last week", 168 * HOUR_MS],
  ["30d", "Last 30 days", 720 * HOUR_MS],
] as const;
const objectives = ["polynomial", "quadratic", "expression", "function", "fit", "model"];
const fields = ["optimizer", "objective", "tag", "since"];

/* "Last hour" is that before it was chosen, so that pages fit together. */
const began = {word: "", text: ""};

/** The time that the filter `since` stands for; null: any. */
export function sinceNow(): string | null {
  const word = queried("since");
  const span = times.find(([key]) => key === word)?.[2];
  if (!span) return null;
  if (began.word !== word) {
    began.word = word;
    began.text = new Date(Date.now() - span).toISOString();
  }
  return began.text;
}

interface Catalogue {
  items: {name: string}[];
}

export function FilterFields() {
  const optimizers = useResource<Catalogue>("/optimizers").data.value?.items ?? [];
  const set = fields.some(name => queried(name));
  return (
    <div class="filter-fields" role="group" aria-label="Filters">
      <Select name="optimizer" any="Any optimizer"
              options={optimizers.map(({name}) => [name, words(name)])} />
      <Select name="objective" any="Any problem"
              options={objectives.map(name => [name, words(name)])} />
      <input type="search" aria-label="Tag" placeholder="Tag" value={queried("tag")}
             onChange={event => setQuery({tag: event.currentTarget.value.trim(), cursor: null}, true)} />
      <Select name="since" any="Any time"
              options={times.slice(1).map(([key, word]) => [key, word])} />
      {set && <Button label="Without filters" icon="close" kind="ghost" onClick={() =>
        setQuery({...Object.fromEntries(fields.map(name => [name, null])), cursor: null}, true)} />}
    </div>
  );
}

function Select({name, any, options}:
    {name: string; any: string; options: (readonly [value: string, word: string])[]}) {
  const value = queried(name);
  const all = value && !options.some(([key]) => key === value)
    ? [...options, [value, words(value)] as const] : options;
  return (
    <select aria-label={any.replace("Any ", "By ")} value={value} class={value ? "set" : ""}
            onChange={event => setQuery({[name]: event.currentTarget.value, cursor: null}, true)}>
      <option value="">{any}</option>
      {all.map(([key, word]) => <option key={key} value={key}>{word}</option>)}
    </select>
  );
}
