use crate::prelude::*;
use crate::strings::t;
use console::text::readable::readable;

/// What is shown of a long text until somebody asks for the rest.
const LINES: usize = 6;
const LETTERS: usize = 400;

/// A text of ours; only its beginning if it is long, and the rest when asked.
pub fn told(text: impl Into<String>) -> Html {
    folded(text.into(), |text| view! { <span class="sl-told">{text}</span> })
}

/// A vendor's text in the same way.
pub fn vendor_told(text: impl Into<String>) -> Html {
    folded(readable(&text.into()), |text| view! { <bdi class="sl-told">{text}</bdi> })
}

fn folded(text: String, draw: fn(String) -> Html) -> Html {
    let Some(end) = beginning(&text) else { return draw(text) };
    let whole = RwSignal::new(false);
    let shown = move || {
        if whole.get() {
            return draw(text.clone());
        }
        let mut start: String = text.chars().take(end).collect();
        start.push('…');
        draw(start)
    };
    let words = move || if whole.get() { t().shared.show_less } else { t().shared.show_all };
    view! {
        {shown}
        " "
        <button type="button" class="sl-link" aria-expanded=move || whole.get().to_string() on:click=move |_| whole.update(|whole| *whole = !*whole)>
            {words}
        </button>
    }
}

/// Where the beginning of a long text ends, in characters: with a line, else with a word.
fn beginning(text: &str) -> Option<usize> {
    let (mut lines, mut word) = (1, 0);
    for (at, letter) in text.chars().enumerate() {
        if letter == '\n' {
            lines += 1;
        }
        if lines > LINES || at == LETTERS {
            return Some(if lines > LINES || word == 0 { at } else { word });
        }
        if letter.is_whitespace() {
            word = at;
        }
    }
    None
}
