//! JSON and text, with marked values.

use super::marking::{Marking, clicks, inline, presses};
use super::search::Search;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon, copy, drawn};
use console::places::{Span, Text};
use console::prose::Block;
use runs::Json;
use std::ops::Range;

/// Characters shown of one value, and searched.
pub const SHOWN: usize = 60_000;

/// JSON or text with its places marked; `base`: where its pieces begin among those that are searched. Copied is the value as it came.
#[component]
pub fn Marked(
    value: Json,
    #[prop(into)] label: String,
    marking: Option<Marking>,
    #[prop(optional)] finding: Option<Search>,
    base: usize,
) -> Html {
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
                on:click=clicks(marking)
                on:keydown=presses(marking)
            >{move || parts(&text, base..base + pieces, marking, finding)}</code>
            <button type="button" class="sl-btn sl-btn--sm sl-btn--quiet sl-btn--icon" aria-label=t().run.copy title=t().run.copy on:click=copy>
                <Glyph icon=Icon::Copy />
            </button>
            {cut.then(|| view! { <p class="sl-xs sl-2">{(t().sources.shortened)(SHOWN)}</p> })}
        </div>
    }
}

/// A formatted text with its places marked.
#[component]
pub fn MarkedProse(blocks: Vec<Block>, #[prop(into)] label: String, marking: Option<Marking>, base: usize) -> Html {
    let leaf = |at: usize, text: &str| {
        let (text, at) = (Text::of(&Json::String(text.to_owned()), SHOWN), base + at);
        live(move || parts(&text, at..at + 1, marking, None))
    };
    let drawn = drawn(&blocks, &label, &leaf);
    view! {
        <div class="sl-md" translate="no" on:click=clicks(marking) on:keydown=presses(marking)>{drawn}</div>
    }
}

/// Texts and marks in turn. Of two places that overlap one is drawn: what is looked for before the field's, that before others'.
fn parts(text: &Text, pieces: Range<usize>, marking: Option<Marking>, finding: Option<Search>) -> Vec<Html> {
    let base = pieces.start;
    let within = |place: &Span| text.range(&Span { piece: place.piece - base, ..*place });
    let mut places: Vec<(u8, (usize, usize), Html)> = Vec::new();
    for (place, current) in finding.map(|finding| finding.hits(pieces.clone())).unwrap_or_default() {
        if let Some((from, to)) = within(&place) {
            let found = text.text[from..to].to_owned();
            let rank = if current { 0 } else { 2 };
            places.push((rank, (from, to), view! { <mark class="sl-find" class:on=current data-hit=current>{found}</mark> }));
        }
    }
    for mark in marking.map(|marking| marking.marks(pieces)).unwrap_or_default() {
        if let Some((from, to)) = within(&mark.place) {
            places.push((if mark.on { 1 } else { 3 }, (from, to), inline(&mark, text.text[from..to].to_owned())));
        }
    }
    places.sort_by_key(|(rank, range, _)| (*rank, *range));
    let mut drawn: Vec<((usize, usize), Html)> = Vec::new();
    for (_, (from, to), html) in places {
        if drawn.iter().all(|((start, end), _)| to <= *start || from >= *end) {
            drawn.push(((from, to), html));
        }
    }
    drawn.sort_by_key(|(range, _)| *range);
    let mut all = Vec::new();
    let mut at = 0;
    for ((from, to), html) in drawn {
        all.push(text.text[at..from].to_owned().view());
        all.push(html);
        at = to;
    }
    all.push(text.text[at..].to_owned().view());
    all
}
