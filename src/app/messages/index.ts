import type { Language, Translated } from '../../engine/ports';
import { useSettings } from '../state/settings';
import { en, type Messages } from './en';
import { ko } from './ko';

const catalogues: Record<Language, Messages> = { ko, en };

/** The page's words in the chosen language. */
export function useMessages(): Messages {
  return catalogues[useSettings((settings) => settings.language)];
}

/** Outside of React. */
export function messages(): Messages {
  return catalogues[useSettings.getState().language];
}

/** Picks one of a lab's translations. */
export function useTranslate(): (text: Translated) => string {
  const language = useSettings((settings) => settings.language);
  return (text) => text[language] || text.en;
}
