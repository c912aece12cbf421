use super::{Glyph, Icon, told};
use crate::prelude::*;
use runs::model::status::Tone;

/// A fact in bold, what follows from it, and what can be done.
#[component]
pub fn Notice(
    tone: Tone,
    icon: Icon,
    #[prop(into)] fact: String,
    #[prop(optional, into)] next: String,
    #[prop(optional)] actions: Option<Html>,
) -> Html {
    view! {
        <section class="sl-note" data-tone=tone.word()>
            <Glyph icon=icon />
            <p><strong>{fact}</strong>" "{told(next)}</p>
            <span class="sl-row sl-row--wrap">{actions}</span>
        </section>
    }
}
