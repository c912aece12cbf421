use super::marking::{Marking, inline};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, copy};
use runs::Json;
use runs::places::Text;

/// Characters shown of one value, and searched.
pub const SHOWN: usize = 60_000;

/// JSON or text with its places marked; `base`: where its pieces begin among those that are searched.
#[component]
pub fn Marked(value: Json, #[prop(into)] label: String, marking: Marking, base: usize) -> Html {
    let text = Text::of(&value, SHOWN);
    let (cut, pieces) = (text.cut, text.pieces().len());
    let copy = move |_| {
        let whole = match &value {
            Json::String(text) => text.clone(),
            other => format!("{other:#}"),
        };
        copy(whole, t().shared.copied);
    };
    view! {
        <div class="sl-codebox">
            <code
                class="sl-code"
                tabindex="0"
                role="region"
                aria-label=label
                on:click=move |event| marking.clicked(&event)
                on:keydown=move |press| marking.pressed(&press)
            >{move || parts(&text, base, pieces, marking)}</code>
            <button type="button" class="sl-btn sl-btn--sm sl-btn--quiet sl-btn--icon" aria-label=t().run.copy title=t().run.copy on:click=copy>
                <Glyph icon=Icon::Copy />
            </button>
            {cut.then(|| view! { <p class="sl-xs sl-2">{(t().sources.shortened)(SHOWN)}</p> })}
        </div>
    }
}

/// Texts and marks in turn; of two places that overlap the first is drawn, unless the other is the field's.
fn parts(text: &Text, base: usize, pieces: usize, marking: Marking) -> Vec<Html> {
    let mut marks = marking.marks(base..base + pieces);
    marks.sort_by_key(|mark| !mark.on);
    let mut drawn: Vec<(usize, usize, Html)> = Vec::new();
    for mark in &marks {
        let place = runs::places::Place { piece: mark.place.piece - base, ..mark.place };
        let Some((from, to)) = text.range(&place) else { continue };
        if drawn.iter().all(|(start, end, _)| to <= *start || from >= *end) {
            drawn.push((from, to, inline(mark, text.text[from..to].to_owned())));
        }
    }
    drawn.sort_by_key(|(from, ..)| *from);
    let mut all = Vec::new();
    let mut at = 0;
    for (from, to, mark) in drawn {
        all.push(text.text[at..from].to_owned().view());
        all.push(mark);
        at = to;
    }
    all.push(text.text[at..].to_owned().view());
    all
}
