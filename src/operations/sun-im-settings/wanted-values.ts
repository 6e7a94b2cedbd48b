// From a wish to the values of iim.conf that spell it. Source: products/sun-im/mode.ts. Pure.
import { legacySslEdits, peerEdits, streamEdits } from '../../products/sun-im/mode.ts';
import { readSettings } from '../../products/sun-im/settings.ts';
import type { IimEdit, ReadSunIm } from '../../products/sun-im/types.ts';
import { unknownCertificate } from '../community-stores/wanted-stores.ts';
import { iimOf, withoutForeign } from '../sun-im-model.ts';
import { ownPaths, type OwnPaths } from '../sun-im-server.ts';
import type { SunImState } from '../sun-im-state.ts';
import type { Params } from './params.ts';

type Values = SunImState['values'];

/** Stores that iim.conf names no more are nobody's business any more.
 * @throws OperatorError INPUT_UNKNOWN_NAME for a certificate or coserver, POLICY_REFUSED for what would shut everybody out */
export const wantedState = (state: SunImState, params: Params): SunImState =>
  withoutForeign({ ...state, values: wantedValues(state, params) }, params);

function wantedValues(state: SunImState, params: Params): Values {
  const { mode, peers, coservers, legacySsl, certificate } = params.wanted;
  const own = certificate === null ? undefined : pathsOf(certificate, state, params);
  let { values } = state;
  const change = (editsOf: (read: ReadSunIm) => readonly IimEdit[]): void => {
    values = edited(values, editsOf(readSettings(iimOf({ values }, params))));
  };
  // Off comes before strict, on after plain: the two never stand together, not even on the disk.
  if (legacySsl === 'off')
    change((read) => (read.effective.muxLegacySsl === false ? [] : legacySslEdits(read, { on: false })));
  if (mode !== null)
    change((read) =>
      streamEdits(read, {
        mode,
        ...(own === undefined ? {} : { keyStore: own.javaStore, passwordFile: own.passwordFile }),
      }),
    );
  if (peers !== null) {
    const { coservers: found } = readSettings(iimOf({ values }, params));
    const names = coservers ?? found.filter(({ isListed }) => isListed).map(({ name }) => name);
    for (const name of names) change((read) => peerEdits(read, name, peers));
  }
  if (legacySsl === 'on' && own !== undefined)
    change((read) =>
      legacySslEdits(read, {
        on: true,
        folder: own.database,
        nickname: nicknameOf(certificate ?? '', state),
        passwordFile: own.passwordFile,
        prefix: '',
      }),
    );
  return values;
}

const edited = (values: Values, edits: readonly IimEdit[]): Values =>
  Object.fromEntries(
    [
      ...Object.entries(values).filter(([key]) => !edits.some((edit) => edit.key === key)),
      ...edits.flatMap(({ key, value }) => (value === null ? [] : [[key, value] as const])),
    ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** The edits that lead from one state to the other. */
export const editsBetween = (before: Values, after: Values): readonly IimEdit[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => before[key] !== after[key])
    .toSorted()
    .map((key) => ({ key, value: after[key] ?? null }));

/** strictstep writes the alias of the certificate as the friendly name, and NSS makes the nickname of it. */
const nicknameOf = (certificate: string, { certificates }: SunImState): string =>
  certificates[certificate]?.alias ?? '';

function pathsOf(certificate: string, { certificates }: SunImState, params: Params): OwnPaths {
  return ownPaths(params, certificates[certificate] ?? unknownCertificate(certificate, Object.keys(certificates)));
}
