//! Frames of marked values on a page.

use super::marking::{Mark, Marking, clicks, presses};
use super::pages::Layers;
use super::search::Search;
use crate::prelude::*;
use runs::model::source::{Frame, WIDTH};

/// Frames over a drawn page: the places of the form's values on it, and those of what is looked for. Places are told of the page as it
/// is shown first, upright; they turn with it.
pub fn frames(marking: Option<Marking>, finding: Search, page: RwSignal<u32>, quarters: RwSignal<u8>, layers: Layers) -> Html {
    let piece = move || usize::try_from(page.get()).ok()?.checked_sub(1);
    let layer = move || layers.with(|layers| layers.get(&page.get()).cloned());
    let marks = move || {
        let (piece, layer, quarters) = (piece()?, layer(), quarters.get());
        let of = |mark: Mark| {
            let boxes = match (mark.frame, &layer) {
                (Some(frame), _) => vec![frame],
                (None, Some(layer)) => layer.boxes(&mark.place),
                (None, None) => Vec::new(),
            };
            boxes.iter().enumerate().map(|(at, one)| frame(&mark, at, &one.turned(quarters))).collect::<Vec<_>>()
        };
        Some(marking?.marks(piece..piece + 1).into_iter().flat_map(of).collect::<Vec<_>>())
    };
    let found = move || {
        let (piece, layer, quarters) = (piece()?, layer()?, quarters.get());
        let of = |(place, current)| layer.boxes(&place).into_iter().map(|one| hit(&one.turned(quarters), current)).collect::<Vec<_>>();
        Some(finding.hits(piece..piece + 1).into_iter().flat_map(of).collect::<Vec<_>>())
    };
    view! {
        <div
            class="sl-preview__frames"
            on:click=clicks(marking)
            on:keydown=presses(marking)
        >
            {found}
            {marks}
        </div>
    }
}

/// Where a frame stands, in parts of the page.
fn place_of(place: &Frame) -> (String, String, String, String) {
    let part = |value: i64| format!("{}.{:03}%", value * 100 / WIDTH, (value * 100 % WIDTH).abs() * 1_000 / WIDTH);
    (part(place.x.max(0)), part(place.y.max(0)), part(place.width), part(place.height))
}

fn hit(place: &Frame, current: bool) -> Html {
    let (x, y, w, h) = place_of(place);
    view! { <i class="sl-find" class:on=current data-hit=current aria-hidden="true" style:--x=x style:--y=y style:--w=w style:--h=h></i> }
}

/// A value that goes over several lines has a frame on each; only the first is for keys.
fn frame(mark: &Mark, at: usize, place: &Frame) -> Html {
    let (x, y, w, h) = place_of(place);
    let spot = mark.spot.to_string();
    if at > 0 {
        return view! {
            <i class="sl-src" class:on=mark.on data-source=spot aria-hidden="true" style:--x=x style:--y=y style:--w=w style:--h=h></i>
        };
    }
    let number = mark.number.map(|number| view! { <b class="sl-src__n" aria-hidden="true">{number}</b> });
    view! {
        <button
            type="button"
            class="sl-src"
            class:on=mark.on
            data-source=spot
            data-current=mark.current
            tabindex=if mark.tab { "0" } else { "-1" }
            aria-label=mark.label.clone()
            title=mark.label.clone()
            style:--x=x
            style:--y=y
            style:--w=w
            style:--h=h
        >
            {number}
        </button>
    }
}
