import type { EventHandlers } from '../kernel/events';

/** Event handlers of all rooms. */
export const handlers: EventHandlers = {};
