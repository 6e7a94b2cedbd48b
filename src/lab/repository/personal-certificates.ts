// AdminTask commands that show and delete the personal certificates in a key store.
import { renderLines } from './attribute-list.ts';
import { renderCertificate } from './certificate-text.ts';
import type { Command, Commands } from './command.ts';
import { openStoreOption } from './key-stores.ts';
import { aliasOption, found, ONE, STORE } from './store-entries.ts';

const listPersonalCertificates: Command = {
  options: STORE,
  execute: (documents, options) =>
    renderLines(
      openStoreOption(documents, options).content.personal.flatMap(({ alias, chain: [leaf] }) =>
        leaf === undefined ? [] : [renderCertificate(alias, leaf)],
      ),
    ),
};

const chainText: Command['execute'] = (documents, options) => {
  const { name, content } = openStoreOption(documents, options);
  const alias = aliasOption(options);
  const entry = found(
    content.personal.find((one) => one.alias === alias),
    alias,
    name,
  );
  return renderLines(entry.chain.map((certificate) => renderCertificate(alias, certificate)));
};

const getCertificateChain: Command = { options: ONE, execute: chainText };

const getCertificate: Command = {
  options: ONE,
  execute: (documents, options) => chainText(documents, options).split('\n')[0] ?? '',
};

const deleteCertificate: Command = {
  options: ONE,
  execute: (documents, options) => {
    const { name, content, replace } = openStoreOption(documents, options);
    const alias = aliasOption(options);
    found(
      content.personal.find((one) => one.alias === alias),
      alias,
      name,
    );
    replace({ ...content, personal: content.personal.filter((one) => one.alias !== alias) });
    return '';
  },
};

export const personalCertificateCommands: Commands = {
  listPersonalCertificates,
  getCertificate,
  getCertificateChain,
  deleteCertificate,
};
