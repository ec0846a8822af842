import type { BuiltinTable } from '../interpreter';
import { controlBuiltins } from './control';
import { declareBuiltins } from './declare';
import { directoryBuiltins } from './directories';
import { informBuiltins } from './inform';
import { inputBuiltins } from './input';
import { jobBuiltins } from './jobs';
import { optionBuiltins } from './options';
import { outputBuiltins } from './output';
import { testBuiltins } from './test';

export const builtins: BuiltinTable = {
  ...controlBuiltins,
  ...declareBuiltins,
  ...directoryBuiltins,
  ...informBuiltins,
  ...inputBuiltins,
  ...jobBuiltins,
  ...optionBuiltins,
  ...outputBuiltins,
  ...testBuiltins,
};
