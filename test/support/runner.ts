/**
 * GitHub's runner, as far as it reads what a step prints (src/Runner.Common/ActionCommand.cs and
 * src/Runner.Worker/ActionCommandManager.cs in actions/runner).
 */
const known =
  'add-mask add-matcher add-path debug echo endgroup error group notice remove-matcher save-state set-env set-output warning';

/** What .NET trims at the start of a text. */
const blanks = /^[\t-\r \x85\p{Zs}\p{Zl}\p{Zp}]+/u;

interface Parsed {
  /** Names of commands are the same in upper and lower case. */
  readonly command: string;
  readonly data: string;
}

function parsed(name: string, data: string, registered: ReadonlySet<string>): Parsed | undefined {
  const command = (name.split(' ')[0] ?? '').toLowerCase();
  return registered.has(command) ? { command, data } : undefined;
}

/** `::name key=value::data`, at the start of a line. */
function atStart(line: string, registered: ReadonlySet<string>): Parsed | undefined {
  const text = line.replace(blanks, '');
  const end = text.indexOf('::', 2);
  return text.startsWith('::') && end > 0 ? parsed(text.slice(2, end), text.slice(end + 2), registered) : undefined;
}

/** `##[name key=value;]data`, anywhere in a line. */
function anywhere(line: string, registered: ReadonlySet<string>): Parsed | undefined {
  const start = line.indexOf('##[');
  const end = line.indexOf(']', start);
  return start >= 0 && end > 0 ? parsed(line.slice(start + 3, end), line.slice(end + 1), registered) : undefined;
}

/**
 * Returns the lines that the runner takes for commands and runs, without those that stop commands and start them again.
 */
export function commandsRun(output: string): readonly string[] {
  const registered = new Set([...known.split(' '), 'stop-commands']);
  const ran: string[] = [];
  let token: string | undefined;
  for (const line of output.split(/\r\n|\n|\r/)) {
    const found = atStart(line, registered) ?? anywhere(line, registered);
    if (found === undefined) continue;
    const { command, data } = found;
    if (token !== undefined) {
      if (command !== token) continue;
      registered.delete(token);
      token = undefined;
    } else if (command === 'stop-commands') {
      token = data.toLowerCase();
      registered.add(token);
    } else ran.push(line);
  }
  return ran;
}
