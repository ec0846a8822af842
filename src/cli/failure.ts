/** A wrong call of the command line: its message is for the user. */
export class CliError extends Error {}
