import type { DescribedAgent, DescribedParameter } from './describe';

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function description(name: 'longdesc' | 'shortdesc', text: string | null): string {
  const words = escaped(text ?? '');
  return name === 'longdesc'
    ? `<longdesc lang="en">\n${words}\n</longdesc>\n`
    : `<shortdesc lang="en">${words}</shortdesc>\n`;
}

function parameterText(parameter: DescribedParameter): string {
  const { name, uniqueGroup, required, deprecated, reloadable, values } = parameter;
  const flags = [
    `unique="${uniqueGroup === null ? 0 : 1}"`,
    `required="${required ? 1 : 0}"`,
    ...(reloadable ? ['reloadable="1"'] : []),
    ...(deprecated ? ['deprecated="1"'] : []),
  ];
  const value = parameter.default === null ? '' : ` default="${escaped(parameter.default)}"`;
  const options = values?.map((each) => `<option value="${escaped(each)}" />\n`).join('');
  const content = options === undefined ? ' />' : `>\n${options}</content>`;
  return (
    `<parameter name="${name}" ${flags.join(' ')}>\n` +
    description('longdesc', parameter.longdesc) +
    description('shortdesc', parameter.shortdesc ?? parameter.name) +
    `<content type="${parameter.type}"${value}${content}\n</parameter>\n`
  );
}

/** An agent's metadata as its `meta-data` action prints it, from the facts that are known of it. */
export function metadataText(agent: DescribedAgent): string {
  const actions = agent.actions.map((action) => {
    const attributes = Object.entries(action).map(([name, value]) => `${name}="${escaped(value)}"`);
    return `<action ${attributes.join(' ')} />\n`;
  });
  const version = agent.provider === 'pacemaker' ? '1.1' : '1.0';
  return (
    '<?xml version="1.0"?>\n<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">\n' +
    `<resource-agent name="${agent.type}" version="1.0">\n<version>${version}</version>\n\n` +
    `${description('longdesc', agent.longdesc)}${description('shortdesc', agent.shortdesc)}\n` +
    `<parameters>\n${agent.parameters.map(parameterText).join('\n')}</parameters>\n\n` +
    `<actions>\n${actions.join('')}</actions>\n</resource-agent>\n`
  );
}
