// From the paths that a search found to the things they belong to. Pure; paths have slashes, also those of Windows.

export type ProfilePlace = { readonly path: string; readonly cells: readonly string[] };

export type Places = {
  readonly registries: readonly string[];
  /** folders with properties/version/WAS.product */
  readonly installations: readonly string[];
  readonly profiles: readonly ProfilePlace[];
  readonly inis: readonly string[];
  readonly iims: readonly string[];
  readonly gateways: readonly string[];
  readonly gatewayPids: readonly string[];
  readonly imadmins: readonly string[];
  readonly databases: readonly string[];
};

export function placesIn(files: readonly string[]): Places {
  const matching = (pattern: RegExp): readonly RegExpExecArray[] =>
    files.flatMap((file) => {
      const found = pattern.exec(file);
      return found === null ? [] : [found];
    });
  const first = (pattern: RegExp): readonly string[] => unique(matching(pattern).map(([, part = '']) => part));
  const configured = matching(/^(.+)\/config\/cells\/([^/]+)\/security\.xml$/u);
  // An installation has setupCmdLine.sh, too: what makes a profile is its configuration or its properties beside bin.
  const set = first(/^(.+)\/bin\/setupCmdLine\.(?:sh|bat)$/u).filter((path) => /\/profiles\/[^/]+$/u.test(path));
  const profiles = unique([...configured.map(([, path = '']) => path), ...set]);
  return {
    registries: files.filter((file) => file.endsWith('/properties/profileRegistry.xml')),
    installations: first(/^(.+)\/properties\/version\/WAS\.product$/u),
    profiles: profiles.map((path) => ({
      path,
      cells: configured.flatMap(([, one, cell = '']) => (one === path ? [cell] : [])),
    })),
    inis: files.filter((file) => /\/sametime\.ini$/iu.test(file)),
    iims: files.filter((file) => file.endsWith('/iim.conf')),
    gateways: files.filter((file) => file.endsWith('/httpbind.conf')),
    gatewayPids: files.filter((file) => file.endsWith('/gateway.pid')),
    imadmins: files.filter((file) => file.endsWith('/imadmin')),
    databases: files.filter((file) => /\/(?:sqllib|db2\/[^/]+)\/bin\/db2$/u.test(file)),
  };
}

export const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

const unique = (items: readonly string[]): readonly string[] => [...new Set(items)].toSorted();
