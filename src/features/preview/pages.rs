use crate::net::Bytes;
use crate::platform::pdf::Pdf;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Glyph, Icon};
use leptos::html::{Canvas, Div};
use std::rc::Rc;
use std::sync::Arc;

/// Steps of the zoom, in per cent of the width there is.
const ZOOM: [u32; 6] = [50, 75, 100, 150, 200, 300];
const FIT: usize = 2;
/// A page at "fit" is at most so wide: paper, not a poster.
const FIT_WIDTH: i32 = 880;

#[derive(Clone)]
enum Opened {
    Reading,
    Failed(String),
    Open(Rc<Pdf>),
}

/// A PDF document, page by page.
#[component]
pub fn Pages(bytes: Arc<Bytes>, name: String) -> Html {
    let opened = RwSignal::new_local(Opened::Reading);
    leptos::task::spawn_local(async move {
        opened.try_set(match Pdf::open(&bytes.body).await {
            Ok(pdf) => Opened::Open(Rc::new(pdf)),
            Err(why) => Opened::Failed(why),
        });
    });
    let words = t().preview;
    live(move || match opened.get() {
        Opened::Reading => view! { <p class="sl-sm sl-2" role="status">{(words.opening)(&name)}</p> },
        Opened::Failed(why) => view! {
            <div role="alert" class="sl-stack sl-stack--2"><p>{words.unreadable}</p><p class="sl-mono sl-xs"><bdi>{why}</bdi></p></div>
        },
        Opened::Open(pdf) => document(&pdf, &name),
    })
}

fn document(pdf: &Rc<Pdf>, name: &str) -> Html {
    let words = t().preview;
    let pages = pdf.pages.max(1);
    let (page, zoom, text, failed) = (RwSignal::new(1u32), RwSignal::new(FIT), RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let (canvas, frame) = (NodeRef::<Canvas>::new(), NodeRef::<Div>::new());
    let drawn = Rc::clone(pdf);
    Effect::new(move |_| {
        let (page, zoom) = (page.get(), ZOOM[zoom.get().min(ZOOM.len() - 1)]);
        let (Some(canvas), Some(frame)) = (canvas.get(), frame.get()) else { return };
        let width = f64::from(frame.client_width().clamp(200, FIT_WIDTH)) * f64::from(zoom) / 100.0;
        let pdf = Rc::clone(&drawn);
        leptos::task::spawn_local(async move {
            match pdf.draw(page, &canvas, width).await {
                Ok(written) => {
                    failed.try_set(None);
                    text.try_set(written);
                }
                // One that was overtaken by the next is no failure.
                Err(why) if why.contains("cancelled") => {}
                Err(why) => drop(failed.try_set(Some(why))),
            }
        });
    });
    let turn = move |by: i32| page.update(|page| *page = page.saturating_add_signed(by).clamp(1, pages));
    let scale = move |by: isize| zoom.update(|zoom| *zoom = zoom.saturating_add_signed(by).min(ZOOM.len() - 1));
    let label = name.to_owned();
    view! {
        <div class="sl-row sl-row--wrap sl-preview__bar">
            <span class="sl-sm sl-2 sl-nw" role="status">{move || (words.page)(page.get(), pages)}</span>
            <span class="sl-push"></span>
            {button(Icon::Left, words.previous, move || page.get() <= 1, move || turn(-1))}
            {button(Icon::Right, words.next, move || page.get() >= pages, move || turn(1))}
            {button(Icon::ZoomOut, words.zoom_out, move || zoom.get() == 0, move || scale(-1))}
            <span class="sl-xs sl-2">{move || (words.zoom)(ZOOM[zoom.get().min(ZOOM.len() - 1)])}</span>
            {button(Icon::ZoomIn, words.zoom_in, move || zoom.get() + 1 >= ZOOM.len(), move || scale(1))}
        </div>
        {move || failed.get().map(|why| view! { <p role="alert" class="sl-sm">{words.unreadable}" "<bdi>{why}</bdi></p> })}
        <div class="sl-preview__page sl-scroll" tabindex="0" role="region" aria-label=move || (words.page_of)(&label, page.get()) node_ref=frame>
            <canvas node_ref=canvas aria-hidden="true"></canvas>
            <p class="sl-vh">{move || text.get()}</p>
        </div>
    }
}

fn button(icon: Icon, label: &'static str, off: impl Fn() -> bool + Copy + 'static, act: impl Fn() + 'static) -> Html {
    view! {
        <button
            type="button"
            class="sl-btn sl-btn--icon sl-btn--quiet sl-btn--sm"
            aria-label=label
            title=label
            aria-disabled=move || off().then_some("true")
            on:click=move |_| act()
        >
            <Glyph icon=icon />
        </button>
    }
}
