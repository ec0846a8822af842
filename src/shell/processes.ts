export { type CommandResult, type RunOptions, runProgram } from './command';
export { ProcessTableBase as ProcessTable } from './table';
