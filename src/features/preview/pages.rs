//! Pages of a PDF or picture.

use super::frames::frames;
use super::icon_button::icon_button;
use super::marking::{DocumentText, Marking};
use super::reading::search;
use super::search::Search;
use crate::net::Bytes;
use crate::platform::document::{Document, Drawn, Opener, Room, Trouble};
use crate::platform::page as view;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::Icon;
use console::file::sniff::Kind;
use console::places::Layer;
use leptos::html::{Canvas, Div};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Steps of the zoom, in per cent of the room there is.
const ZOOM: [u32; 7] = [50, 75, 100, 150, 200, 300, 400];
const FIT: usize = 2;
/// A page at "fit" is at most so wide: paper, not a poster.
const FIT_WIDTH: i32 = 880;
/// A whole page is not drawn smaller than this.
const LEAST_HEIGHT: i32 = 320;

#[derive(Clone)]
enum Opened {
    Reading,
    Failed(Trouble),
    Open(Rc<Document>),
}

/// What is written on the pages that were read so far, from one.
pub(super) type Layers = RwSignal<BTreeMap<u32, Rc<Layer>>, LocalStorage>;

/// A document of pages, or a picture, which is its only page, page by page.
#[component]
pub fn Pages(bytes: Arc<Bytes>, name: String, kind: Kind, marking: Option<Marking>) -> Html {
    let opened = RwSignal::new_local(Opened::Reading);
    if let Some(marking) = marking {
        marking.text.set(DocumentText::Reading);
        marking.near.set_value(0);
    }
    leptos::task::spawn_local(async move {
        let opener = match kind {
            Kind::Pdf => Opener::Pdf,
            Kind::Tiff => Opener::Tiff,
            _ => Opener::Picture,
        };
        let answer = match Document::open(opener, &bytes.body, &bytes.media_type).await {
            Ok(document) => Opened::Open(Rc::new(document)),
            Err(why) => Opened::Failed(why),
        };
        let failed = matches!(answer, Opened::Failed(_));
        if opened.try_set(answer).is_none()
            && failed
            && let Some(marking) = marking
        {
            marking.text.set(DocumentText::Closed);
        }
    });
    let words = t().preview;
    let unreadable = match kind {
        Kind::Pdf => words.unreadable,
        Kind::Tiff => words.no_tiff,
        Kind::Heic => words.no_heic,
        _ => words.no_picture,
    };
    live(move || match opened.get() {
        Opened::Reading => view! { <p class="sl-sm sl-2" role="status">{(words.opening)(&name)}</p> },
        Opened::Failed(Trouble::Locked) => view! { <div role="alert"><p>{words.locked}</p></div> },
        Opened::Failed(why) => view! {
            <div role="alert" class="sl-stack sl-stack--2"><p>{unreadable}</p><p class="sl-mono sl-xs"><bdi>{said(why)}</bdi></p></div>
        },
        Opened::Open(open) => document(&open, &name, kind, marking),
    })
}

fn said(why: Trouble) -> String {
    match why {
        Trouble::Broken(why) => why,
        Trouble::Locked | Trouble::Overtaken => String::new(),
    }
}

/// How a page is looked at.
#[derive(Clone, Copy)]
struct Sight {
    page: RwSignal<u32>,
    zoom: RwSignal<usize>,
    /// All of the page is seen.
    whole: RwSignal<bool>,
    quarters: RwSignal<u8>,
}

fn document(document: &Rc<Document>, name: &str, kind: Kind, marking: Option<Marking>) -> Html {
    let words = t().preview;
    let pages = document.pages.max(1);
    let page = RwSignal::new(1u32);
    let sight = Sight { page, zoom: RwSignal::new(FIT), whole: RwSignal::new(false), quarters: RwSignal::new(0) };
    let (failed, drawn) = (RwSignal::new(None::<String>), RwSignal::new(Drawn::default()));
    let layers: Layers = RwSignal::new_local(BTreeMap::new());
    let (canvas, frame) = (NodeRef::<Canvas>::new(), NodeRef::<Div>::new());
    let finding = Search::new();
    if kind == Kind::Pdf {
        leptos::task::spawn_local(search(Rc::clone(document), layers, marking, finding));
    } else if let Some(marking) = marking {
        marking.text.set(DocumentText::Textless);
    }
    follow(sight, pages, marking, finding);
    // What was not drawn may have a text.
    Effect::new(move |_| {
        let Some(marking) = marking else { return };
        let undrawn = drawn.with(|drawn| drawn.lacking || drawn.blank);
        match marking.text.get() {
            DocumentText::Textless if undrawn => marking.text.set(DocumentText::Undrawn),
            _ => {}
        }
    });
    let open = Rc::clone(document);
    Effect::new(move |_| {
        let (page, zoom) = (page.get(), ZOOM[sight.zoom.get().min(ZOOM.len() - 1)]);
        let (whole, quarters) = (sight.whole.get(), sight.quarters.get());
        let (Some(canvas), Some(frame)) = (canvas.get(), frame.get()) else { return };
        let room = Room {
            width: f64::from(frame.client_width().clamp(200, FIT_WIDTH)),
            height: whole.then(|| f64::from(height_around(&frame))),
            factor: f64::from(zoom) / 100.0,
            quarters,
        };
        let open = Rc::clone(&open);
        leptos::task::spawn_local(async move {
            match open.draw(page, &canvas, room).await {
                Ok(said) => {
                    failed.try_set(None);
                    drawn.try_set(said);
                }
                Err(Trouble::Overtaken) => return,
                Err(why) => drop(failed.try_set(Some(said(why)))),
            }
            if kind == Kind::Pdf && layers.try_with_untracked(|layers| !layers.contains_key(&page)) == Some(true) {
                let layer = open.text(page).await.unwrap_or_default();
                layers.try_update(|layers| layers.insert(page, Rc::new(layer)));
            }
            if let Some(marking) = marking
                && marking.near.try_set_value(page as usize - 1).is_none()
            {
                marking.reveal();
            }
        });
    });
    let text = move || layers.with(|layers| layers.get(&page.get()).map(|layer| layer.text.clone()));
    let notice = move || match drawn.get() {
        _ if failed.with(Option::is_some) => None,
        Drawn { blank: true, .. } if kind == Kind::Pdf => Some(words.blank),
        Drawn { lacking: true, .. } => Some(words.lacking),
        Drawn { unseen: true, .. } => Some(words.unseen),
        _ => None,
    };
    let (label, alt) = (name.to_owned(), (kind != Kind::Pdf).then(|| name.to_owned()));
    view! {
        {tools(sight, pages, finding)}
        {move || failed.get().map(|why| view! { <p role="alert" class="sl-sm">{words.unreadable_page}" "<bdi>{why}</bdi></p> })}
        <p role="status" class="sl-sm sl-preview__said">{notice}</p>
        <div class="sl-preview__page sl-scroll" tabindex="0" role="region" aria-label=move || (words.page_of)(&label, page.get())>
            <div node_ref=frame>
                <div class="sl-preview__sheet">
                    <canvas node_ref=canvas role=alt.is_some().then_some("img") aria-hidden=alt.is_none().then_some("true") aria-label=alt></canvas>
                    {frames(marking, finding, page, sight.quarters, layers)}
                </div>
            </div>
            <p class="sl-vh">{text}</p>
        </div>
    }
}

/// Turns to the page that a place is on which is meant; only a page that has none of them is turned.
fn follow(sight: Sight, pages: u32, marking: Option<Marking>, finding: Search) {
    let turn = move |piece: usize| {
        if let Ok(wanted) = u32::try_from(piece + 1)
            && sight.page.with_untracked(|page| *page != wanted)
        {
            sight.page.set(wanted.clamp(1, pages));
        }
    };
    if let Some(marking) = marking {
        Effect::new(move |_| {
            marking.seek.track();
            if let Some(place) = untrack(|| marking.current()) {
                turn(place.piece);
            }
        });
    }
    Effect::new(move |_| {
        finding.seek.track();
        if let Some(place) = untrack(|| finding.current()) {
            turn(place.piece);
        }
    });
}

/// The height that a page may have to be seen as a whole: that of what scrolls, or most of the screen's where it grows with the page.
fn height_around(frame: &web_sys::HtmlElement) -> i32 {
    let area = frame.parent_element().map_or(0, |area| area.client_height());
    let padding = frame.offset_top().max(0) * 2;
    let room = if area < LEAST_HEIGHT { view::screen_height() * 7 / 10 } else { area };
    (room - padding).max(LEAST_HEIGHT)
}

fn tools(sight: Sight, pages: u32, finding: Search) -> Html {
    let words = t().preview;
    let Sight { page, zoom, whole, quarters } = sight;
    let go = move |to: u32| page.set(to.clamp(1, pages));
    let scale = move |by: isize| zoom.update(|zoom| *zoom = zoom.saturating_add_signed(by).min(ZOOM.len() - 1));
    let leaf = (pages > 1).then(|| {
        view! {
            <label class="sl-row">
                <span class="sl-vh">{words.go_to}</span>
                <input
                    type="number"
                    class="sl-input sl-input--num sl-preview__number"
                    inputmode="numeric"
                    min="1"
                    max=pages.to_string()
                    prop:value=move || page.get().to_string()
                    on:change=move |event| {
                        match event_target_value(&event).trim().parse::<u32>() {
                            Ok(to) => go(to),
                            Err(_) => page.notify(),
                        }
                    }
                />
            </label>
            {icon_button(Icon::Left, words.previous, move || page.get() <= 1, move || go(page.get_untracked().saturating_sub(1)))}
            {icon_button(Icon::Right, words.next, move || page.get() >= pages, move || go(page.get_untracked() + 1))}
        }
    });
    view! {
        <div class="sl-row sl-row--wrap sl-preview__bar">
            <span class="sl-sm sl-2 sl-nw" role="status">{move || (words.page)(page.get(), pages)}</span>
            {leaf}
            <span class="sl-push"></span>
            {finding.strip()}
            <span class="sl-row">
                {icon_button(Icon::ZoomOut, words.zoom_out, move || zoom.get() == 0, move || scale(-1))}
                <span class="sl-xs sl-2 sl-nw">{move || (words.zoom)(ZOOM[zoom.get().min(ZOOM.len() - 1)])}</span>
                {icon_button(Icon::ZoomIn, words.zoom_in, move || zoom.get() + 1 >= ZOOM.len(), move || scale(1))}
                <button
                    type="button"
                    class="sl-btn sl-btn--sm"
                    title=words.whole_hint
                    aria-pressed=move || whole.get().to_string()
                    on:click=move |_| {
                        whole.update(|whole| *whole = !*whole);
                        zoom.set(FIT);
                    }
                >
                    {words.whole}
                </button>
                {icon_button(Icon::Redo, words.turn, || false, move || quarters.update(|quarters| *quarters = (*quarters + 1) % 4))}
            </span>
        </div>
    }
}
