use super::marking::{Mark, Marking};
use super::pages::Layers;
use crate::prelude::*;
use runs::places::{Box, WIDTH};

/// Frames over a drawn page: the places of the form's values on it.
pub fn frames(marking: Marking, page: RwSignal<u32>, layers: Layers) -> Html {
    let all = move || {
        let number = page.get();
        let layer = layers.with(|layers| layers.get(&number).cloned());
        let piece = usize::try_from(number.checked_sub(1)?).ok()?;
        let of = |mark: Mark| {
            let boxes = match (mark.frame, &layer) {
                (Some(frame), _) => vec![frame],
                (None, Some(layer)) => layer.boxes(&mark.place),
                (None, None) => Vec::new(),
            };
            boxes.iter().enumerate().map(|(at, one)| frame(&mark, at, one)).collect::<Vec<_>>()
        };
        Some(marking.marks(piece..piece + 1).into_iter().flat_map(of).collect::<Vec<_>>())
    };
    view! {
        <div class="sl-preview__frames" on:click=move |event| marking.clicked(&event) on:keydown=move |press| marking.pressed(&press)>
            {all}
        </div>
    }
}

/// A value that goes over several lines has a frame on each; only the first is for keys.
fn frame(mark: &Mark, at: usize, place: &Box) -> Html {
    let part = |value: i64| format!("{}.{:03}%", value * 100 / WIDTH, (value * 100 % WIDTH).abs() * 1_000 / WIDTH);
    let (x, y, w, h) = (part(place.x.max(0)), part(place.y.max(0)), part(place.width), part(place.height));
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
