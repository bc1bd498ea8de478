import { Card } from '../../ui/states';
import { CopyId } from '../../ui/copy';

/** Put in by `build/console.mjs`: the version of the package, and a digest of `schema/schema.graphql`. */
declare const CONSOLE_BUILD: { readonly version: string; readonly schema: string };

/** The versions of this build: support asks for them first. */
export function Versions() {
  return (
    <Card title="Version">
      <dl className="facts pairs">
        <div>
          <dt>Driver Sync Gateway</dt>
          <dd>
            <CopyId value={CONSOLE_BUILD.version} what="version" />
          </dd>
        </div>
        <div>
          <dt>Build of this page</dt>
          <dd>
            <CopyId value={buildOf(import.meta.url)} what="build" />
          </dd>
        </div>
        <div>
          <dt>API schema</dt>
          <dd>
            <CopyId value={CONSOLE_BUILD.schema} what="schema version" />
          </dd>
        </div>
      </dl>
    </Card>
  );
}

/** The digest in the name of the file that this code is in. */
const buildOf = (url: string): string => /-([\w-]{6,})\.js/.exec(url)?.[1] ?? 'development';
