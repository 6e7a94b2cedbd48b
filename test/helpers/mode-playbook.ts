// The smallest playbook of a community: one setting of some servers, allowed to stay for thirty days.
export const modePlaybook = (
  mode: string,
  {
    name = 'sample',
    key = 'serverMode',
    members = ['st1'],
  }: { readonly name?: string; readonly key?: string; readonly members?: readonly string[] } = {},
): string => `apiVersion: strictstep/v1
playbook: ${name}
title: A sample
phases:
  - phase: one
    title: One
    expires: 30d
    tasks:
      - task: A mode
        operation: community-settings
        on: { target: community-server, members: [${members.join(', ')}] }
        with: { ${key}: ${mode} }
`;
