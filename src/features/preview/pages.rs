use super::frames::frames;
use super::marking::{Marking, Paper};
use super::tool::tool;
use crate::net::Bytes;
use crate::platform::pdf::{Pdf, Trouble};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Icon;
use leptos::html::{Canvas, Div};
use runs::places::{Layer, MAX_TEXT};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Steps of the zoom, in per cent of the width there is.
const ZOOM: [u32; 6] = [50, 75, 100, 150, 200, 300];
const FIT: usize = 2;
/// A page at "fit" is at most so wide: paper, not a poster.
const FIT_WIDTH: i32 = 880;
/// Pages that are searched, and after how many what was found so far is shown.
const SEARCHED: u32 = 300;
const AT_ONCE: u32 = 20;

#[derive(Clone)]
enum Opened {
    Reading,
    Failed(Trouble),
    Open(Rc<Pdf>),
}

/// What is written on the pages that were read so far, from one.
pub(super) type Layers = RwSignal<BTreeMap<u32, Rc<Layer>>, LocalStorage>;

/// A PDF document, page by page.
#[component]
pub fn Pages(bytes: Arc<Bytes>, name: String, marking: Option<Marking>) -> Html {
    let opened = RwSignal::new_local(Opened::Reading);
    if let Some(marking) = marking {
        marking.paper.set(Paper::Reading);
        marking.near.set_value(0);
    }
    leptos::task::spawn_local(async move {
        let answer = match Pdf::open(&bytes.body).await {
            Ok(pdf) => Opened::Open(Rc::new(pdf)),
            Err(why) => Opened::Failed(why),
        };
        let failed = matches!(answer, Opened::Failed(_));
        if opened.try_set(answer).is_none()
            && failed
            && let Some(marking) = marking
        {
            marking.paper.set(Paper::Closed);
        }
    });
    let words = t().preview;
    live(move || match opened.get() {
        Opened::Reading => view! { <p class="sl-sm sl-2" role="status">{(words.opening)(&name)}</p> },
        Opened::Failed(Trouble::Locked) => view! { <div role="alert"><p>{words.locked}</p></div> },
        Opened::Failed(why) => view! {
            <div role="alert" class="sl-stack sl-stack--2"><p>{words.unreadable}</p><p class="sl-mono sl-xs"><bdi>{said(why)}</bdi></p></div>
        },
        Opened::Open(pdf) => document(&pdf, &name, marking),
    })
}

fn said(why: Trouble) -> String {
    match why {
        Trouble::Broken(why) => why,
        Trouble::Locked | Trouble::Overtaken => String::new(),
    }
}

fn document(pdf: &Rc<Pdf>, name: &str, marking: Option<Marking>) -> Html {
    let words = t().preview;
    let pages = pdf.pages.max(1);
    let (page, zoom, failed) = (RwSignal::new(1u32), RwSignal::new(FIT), RwSignal::new(None::<String>));
    let layers: Layers = RwSignal::new_local(BTreeMap::new());
    let (canvas, frame) = (NodeRef::<Canvas>::new(), NodeRef::<Div>::new());
    if let Some(marking) = marking {
        leptos::task::spawn_local(search(Rc::clone(pdf), layers, marking));
        Effect::new(move |_| {
            marking.seek.track();
            // Only a page that has none of them is turned.
            if let Some(wanted) = untrack(|| marking.current()).and_then(|place| u32::try_from(place.piece + 1).ok())
                && page.with_untracked(|page| *page != wanted)
            {
                page.set(wanted.clamp(1, pages));
            }
        });
    }
    let drawn = Rc::clone(pdf);
    Effect::new(move |_| {
        let (page, zoom) = (page.get(), ZOOM[zoom.get().min(ZOOM.len() - 1)]);
        let (Some(canvas), Some(frame)) = (canvas.get(), frame.get()) else { return };
        let width = f64::from(frame.client_width().clamp(200, FIT_WIDTH)) * f64::from(zoom) / 100.0;
        let pdf = Rc::clone(&drawn);
        leptos::task::spawn_local(async move {
            match pdf.draw(page, &canvas, width).await {
                Ok(()) => drop(failed.try_set(None)),
                Err(Trouble::Overtaken) => return,
                Err(why) => drop(failed.try_set(Some(said(why)))),
            }
            if layers.try_with_untracked(|layers| !layers.contains_key(&page)) == Some(true) {
                let layer = pdf.text(page).await.unwrap_or_default();
                layers.try_update(|layers| layers.insert(page, Rc::new(layer)));
            }
            if let Some(marking) = marking
                && marking.near.try_set_value(page as usize - 1).is_none()
            {
                marking.reveal();
            }
        });
    });
    let turn = move |by: i32| page.update(|page| *page = page.saturating_add_signed(by).clamp(1, pages));
    let scale = move |by: isize| zoom.update(|zoom| *zoom = zoom.saturating_add_signed(by).min(ZOOM.len() - 1));
    let text = move || layers.with(|layers| layers.get(&page.get()).map(|layer| layer.text.clone()));
    let label = name.to_owned();
    view! {
        <div class="sl-row sl-row--wrap sl-preview__bar">
            <span class="sl-sm sl-2 sl-nw" role="status">{move || (words.page)(page.get(), pages)}</span>
            <span class="sl-push"></span>
            {tool(Icon::Left, words.previous, move || page.get() <= 1, move || turn(-1))}
            {tool(Icon::Right, words.next, move || page.get() >= pages, move || turn(1))}
            {tool(Icon::ZoomOut, words.zoom_out, move || zoom.get() == 0, move || scale(-1))}
            <span class="sl-xs sl-2">{move || (words.zoom)(ZOOM[zoom.get().min(ZOOM.len() - 1)])}</span>
            {tool(Icon::ZoomIn, words.zoom_in, move || zoom.get() + 1 >= ZOOM.len(), move || scale(1))}
        </div>
        {move || failed.get().map(|why| view! { <p role="alert" class="sl-sm">{words.unreadable}" "<bdi>{why}</bdi></p> })}
        <div class="sl-preview__page sl-scroll" tabindex="0" role="region" aria-label=move || (words.page_of)(&label, page.get())>
            <div node_ref=frame>
                <div class="sl-preview__sheet">
                    <canvas node_ref=canvas aria-hidden="true"></canvas>
                    {marking.map(|marking| frames(marking, page, layers))}
                </div>
            </div>
            <p class="sl-vh">{text}</p>
        </div>
    }
}

/// Reads what is written on the pages, in their order, and hands it over as it comes.
async fn search(pdf: Rc<Pdf>, layers: Layers, marking: Marking) {
    let (last, mut length) = (pdf.pages.min(SEARCHED), 0);
    let mut done = 0;
    while done < last && length <= MAX_TEXT {
        let number = done + 1;
        let layer = pdf.text(number).await.unwrap_or_default();
        length += layer.text.chars().count();
        // The view is gone.
        if layers.try_update(|layers| layers.insert(number, Rc::new(layer))).is_none() {
            return;
        }
        done = number;
        if done % AT_ONCE == 0 && done < last {
            hand_over(layers, marking, done, true);
        }
    }
    hand_over(layers, marking, done, done < pdf.pages);
}

fn hand_over(layers: Layers, marking: Marking, pages: u32, cut: bool) {
    let text = |number| layers.with_untracked(|layers| layers.get(&number).map(|layer| layer.text.clone()).unwrap_or_default());
    let pieces: Vec<String> = (1..=pages).map(text).collect();
    let blank = pieces.iter().all(|piece| piece.trim().is_empty());
    marking.paper.set(if blank { Paper::Textless } else { Paper::Read { pieces: Arc::new(pieces), cut } });
}
