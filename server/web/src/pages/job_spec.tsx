// job_spec.tsx - what was asked for, and how it differs from the job that it
// was made from: its parent, the one that the address names, or its start's.
import {useResource} from "../api/resource";
import type {Job, Spec} from "../api/types";
import {Panel} from "../parts/blocks";
import {CopyButton, curlOf} from "../parts/download";
import {differences, JsonBlock, jsonText} from "../parts/json";
import {hrefOf, queried} from "../state/route";
import type {JobData} from "./job_data";
import {shortId} from "./jobs_columns";

function parentOf(job: Job, spec: Spec | null): string | null {
  const start = spec?.start as {job?: string} | undefined;
  return job.parent || queried("from") || start?.job || null;
}

export function JobSpec({data}: {data: JobData}) {
  const spec = data.spec.data.value, parent = parentOf(data.job.value!, spec);
  const before = useResource<Spec>(parent && `/jobs/${parent}/spec`).data.value;
  const result = data.result.data.value;
  if (!spec) return null;

  const changes = before ? differences(before, spec) : [];
  return (
    <div class="columns">
      {parent && before && (
        <Panel title="Changed" note={
          <a href={hrefOf(`/jobs/${parent}`)}>from {shortId(parent)}</a>}>
          {changes.length === 0 && <p class="note">Nothing: it is the same run.</p>}
          {changes.length > 0 && <table class="plain-table">
            <thead><tr><th scope="col">Member</th><th scope="col">Before</th>
              <th scope="col">Now</th></tr></thead>
            <tbody>
              {changes.map(({pointer, before, after}) => (
                <tr key={pointer}><th scope="row"><code>{pointer}</code></th>
                  <td><code>{JSON.stringify(before) ?? "–"}</code></td>
                  <td><code>{JSON.stringify(after) ?? "–"}</code></td></tr>
              ))}
            </tbody>
          </table>}
        </Panel>
      )}
      <Panel title="Spec" note="every default filled in" tools={
        <>
          <CopyButton label="JSON" kind="ghost" text={() => jsonText(spec)} />
          <CopyButton label="curl" kind="ghost" text={() => curlOf(spec)} />
        </>
      }>
        <JsonBlock value={spec} />
      </Panel>
      {result && <Panel title="Result"><JsonBlock value={result} /></Panel>}
    </div>
  );
}
