import { Component, type ErrorInfo, type ReactNode } from 'react';
import { messages } from '../messages';

/** Catches errors of ours in one panel: says what happened, what was kept, and what to do. */
export class PanelBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    const words = messages().trouble;
    return (
      <div className="panel-trouble" role="alert">
        <h2>{words.pageTitle}</h2>
        <p>{words.page}</p>
        <details>
          <summary>{words.details}</summary>
          <pre>{error.message}</pre>
        </details>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={() => location.reload()}>
            {words.reload}
          </button>
          <button type="button" className="button primary" onClick={() => this.setState({ error: null })}>
            {words.again}
          </button>
        </div>
      </div>
    );
  }
}
