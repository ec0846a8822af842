import { create } from 'zustand';

/** The questions that dialogs ask: one at a time. */
export const useQuestion = create<{ question: 'reset' | null }>()(() => ({ question: null }));

export function askReset(): void {
  useQuestion.setState({ question: 'reset' });
}

export function closeQuestion(): void {
  useQuestion.setState({ question: null });
}
