import { rules, severities } from "@orrery/assurance";
import { nearest } from "@orrery/model";
import type { Command } from "commander";
import { CommandError } from "../exit-code.ts";
import { print } from "../output.ts";
import { families } from "../rule-names.ts";

type Word = { readonly word: string; readonly about: string };
/** What may follow a command or an option: words of a list, or files. */
type Values = "rules" | "severities" | "shells" | "files" | "text";
type Option = { readonly names: readonly string[]; readonly about: string; readonly values: Values | undefined };
type Shape = Word & { readonly options: readonly Option[]; readonly argument: Values | undefined };

const shells = ["bash", "zsh", "fish"] as const;

const lists: Record<"rules" | "severities" | "shells", readonly string[]> = {
  rules: [...families, ...rules.map((rule) => rule.id)],
  severities,
  shells,
};

const valuesOfOption: Readonly<Record<string, Values>> = {
  "--rule": "rules",
  "--severity": "severities",
  "--at": "text",
};
const valuesOfArgument: Readonly<Record<string, Values>> = { check: "files", explain: "rules", completion: "shells" };

const shapeOf = (command: Command): Shape => ({
  word: command.name(),
  about: command.summary(),
  argument: valuesOfArgument[command.name()],
  options: command
    .createHelp()
    .visibleOptions(command)
    .map(({ short, long, description, required }) => ({
      names: [short, long].filter((name) => name !== undefined && name !== null),
      about: description,
      values: required ? (valuesOfOption[long ?? ""] ?? "text") : undefined,
    })),
});

const namesOf = ({ options }: Shape): string => options.flatMap(({ names }) => names).join(" ");
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const bash = (root: Shape, commands: readonly Shape[]): string => {
  const reply = (values: Values): string => {
    if (values === "files") return 'COMPREPLY=($(compgen -f -- "$word")); compopt -o filenames 2>/dev/null';
    if (values === "text") return "COMPREPLY=()";
    return `COMPREPLY=($(compgen -W ${quote(lists[values].join(" "))} -- "$word"))`;
  };
  const option = ({ names, values }: Option): string[] =>
    values === undefined ? [] : [`    ${names.join("|")}) ${reply(values)}; return ;;`];
  const arm = (shape: Shape): string =>
    `    ${shape.word}) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W ${quote(namesOf(shape))} -- "$word")); else ${
      shape.argument === undefined ? ":" : reply(shape.argument)
    }; fi ;;`;
  const words = `${commands.map(({ word }) => word).join(" ")} ${namesOf(root)}`;
  return `# bash completion for orrery: source <(orrery completion bash)
_orrery() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  case $before in
${[...new Set(commands.flatMap(({ options }) => options.flatMap(option)))].join("\n")}
  esac
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W ${quote(words)} -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map(arm).join("\n")}
  esac
}
complete -F _orrery orrery
`;
};

const zsh = (root: Shape, commands: readonly Shape[]): string => {
  const escaped = (text: string): string => text.replace(/[\\[\]:]/g, (mark) => `\\${mark}`);
  const action = (values: Values): string => {
    if (values === "files") return "_files";
    return values === "text" ? " " : `(${lists[values].join(" ")})`;
  };
  const option = ({ names, about, values }: Option): string[] =>
    names.map((name) =>
      quote(
        `${name === "--rule" ? "*" : ""}${name}[${escaped(about)}]${values === undefined ? "" : `:value:${action(values)}`}`,
      ),
    );
  const arm = (shape: Shape): string => {
    const argument = shape.argument === undefined ? [] : [quote(`:argument:${action(shape.argument)}`)];
    return `    ${shape.word}) _arguments ${[...shape.options.flatMap(option), ...argument].join(" ")} ;;`;
  };
  return `#compdef orrery
# zsh completion for orrery: source <(orrery completion zsh), after compinit
_orrery() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ word, about }) => quote(`${word}:${escaped(about)}`)).join(" ")})
    _describe command commands
    _arguments ${root.options.flatMap(option).join(" ")}
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(arm).join("\n")}
  esac
}
compdef _orrery orrery
`;
};

const fish = (root: Shape, commands: readonly Shape[]): string => {
  const quoted = (text: string): string => `'${text.replace(/['\\]/g, (mark) => `\\${mark}`)}'`;
  const option = (condition: string, { names, about, values }: Option): string => {
    const spelled = names
      .map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
      .join(" ");
    const takes =
      values === undefined
        ? ""
        : values === "files"
          ? " -r -F"
          : values === "text"
            ? " -x"
            : ` -x -a ${quoted(lists[values].join(" "))}`;
    return `complete -c orrery -n ${quoted(condition)} ${spelled}${takes} -d ${quoted(about)}`;
  };
  const lines = [
    "# fish completion for orrery: orrery completion fish | source",
    "complete -c orrery -f",
    ...commands.map(({ word, about }) => `complete -c orrery -n __fish_use_subcommand -a ${word} -d ${quoted(about)}`),
    ...root.options.map((one) => option("__fish_use_subcommand", one)),
  ];
  for (const shape of commands) {
    const inside = `__fish_seen_subcommand_from ${shape.word}`;
    lines.push(...shape.options.map((one) => option(inside, one)));
    if (shape.argument === "files") lines.push(`complete -c orrery -n ${quoted(inside)} -F`);
    else if (shape.argument !== undefined && shape.argument !== "text")
      lines.push(`complete -c orrery -n ${quoted(inside)} -a ${quoted(lists[shape.argument].join(" "))}`);
  }
  return `${lines.join("\n")}\n`;
};

const scripts: Record<(typeof shells)[number], typeof bash> = { bash, zsh, fish };

/** `orrery completion`: the script of one shell, made from the commands themselves. */
export const completion = async (name: string, orrery: Command): Promise<void> => {
  const shell = shells.find((candidate) => candidate === name);
  if (shell === undefined) {
    const meant = nearest(name, shells);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new CommandError(`There is no completion for ${JSON.stringify(name)}, only for ${shells.join(", ")}.${hint}`);
  }
  await print(scripts[shell](shapeOf(orrery), orrery.commands.map(shapeOf)));
};
