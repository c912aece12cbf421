use super::desk::Desk;
use super::evidence::{evidence, run_page};
use super::queue::Queue;
use super::{bar, fields, notices, presence, reach, standing};
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{FailureNote, Fresh};
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget};

pub fn outline() -> Html {
    view! {
        <div class="sl-main">
            <p class="sl-vh" role="status">{t().shared.loading}</p>
            <section class="sl-panel" aria-hidden="true">
                <div class="sl-panel__body sl-panel__body--top sl-stack">{(0..6).map(|_| view! { <i class="sl-skel"></i> }).collect::<Vec<_>>()}</div>
            </section>
        </div>
    }
}

/// The evidence beside the form.
pub fn form(desk: Desk, queue: Queue) -> Html {
    let words = t().review;
    let reason = move || desk.read.get().and_then(|read| notices::of_reason(&read));
    let held = move || desk.read.get().and_then(|read| standing::held(&read));
    let versions = move || desk.read.get().and_then(|read| standing::versions(&read));
    let stale = move || {
        desk.live.error.get().map(|error| {
            view! { <FailureNote error=error vendor=desk.vendor() retry=Callback::new(move |()| desk.live.refresh()) /> }
        })
    };
    let since = move || {
        let since = desk.read.with(|read| read.as_ref().and_then(|read| read.since))?;
        Some((words.waiting_for)(&(t().shared.duration)(desk.globals.tick.since(since))))
    };
    view! {
        <h1 class="sl-vh">{move || (words.page_title)(&desk.name(), &desk.run_name())}</h1>
        {evidence(desk)}
        <section class="sl-review__f" aria-label=words.form>
            <div class="sl-review__bar">
                <h2 id=reach::FORM class="sl-cut sl-formtitle" tabindex="-1"><a href=move || run_page(desk)>{move || desk.run_name()}</a>" "<bdi>{move || desk.name()}</bdi></h2>
                <span class="sl-push"></span>
                {move || notices::saved(desk)}
            </div>
            <div class="sl-review__bar sl-review__bar--sub">
                <span class="sl-xs sl-2">{since}</span>
                {mark(desk)}
                <span class="sl-push"></span>
                <span class="sl-xs"><Fresh live=desk.live /></span>
            </div>
            <div class="sl-scroll sl-formscroll" tabindex="0" role="region" aria-label=words.form_region>
                <form
                    class="sl-form"
                    novalidate=true
                    aria-label=words.form_name
                    on:submit=|event| event.prevent_default()
                    on:input=move |event| typed(desk, &event)
                    on:focusout=move |event| left(desk, event.target())
                    on:click=move |event| pressed(desk, event.target())
                >
                    {presence::beside(desk)}
                    {move || notices::of_case(desk)}
                    {move || notices::of_change(desk)}
                    {move || notices::of_meanwhile(desk)}
                    {move || notices::of_draft(desk)}
                    {stale}
                    {reason}
                    {held}
                    {versions}
                    <fieldset class="sl-stack" disabled=move || desk.locked()>
                        {move || {
                            desk.shape.track();
                            fields::form(desk)
                        }}
                    </fieldset>
                </form>
            </div>
            {bar::bar(desk, queue)}
        </section>
    }
}

fn mark(desk: Desk) -> Option<Html> {
    let connection = desk.connection();
    let sandbox = connection.sandbox.then(|| view! { <span class="sl-mark" title=t().shell.sandbox_hint>{t().shell.sandbox}</span> });
    Some(view! { <span class="sl-xs sl-2 sl-cut">{connection.label}</span>{sandbox} })
}

/// The element around a target that carries this attribute, and what it carries.
fn carried(target: Option<EventTarget>, name: &str) -> Option<(Element, String)> {
    let element = target?.dyn_into::<Element>().ok()?.closest(&format!("[{name}]")).ok()??;
    let path = element.get_attribute(name)?;
    Some((element, path))
}

fn typed(desk: Desk, event: &web_sys::Event) {
    if let Some((_, path)) = carried(event.target(), "data-path") {
        desk.set(&path, &event_target_value(event));
    }
}

/// From now on the field says at every input what is wrong with it.
fn left(desk: Desk, target: Option<EventTarget>) {
    let Some((element, path)) = carried(target, "data-path") else { return };
    if desk.draft.with_untracked(|draft| draft.form().find(&path).is_some()) && element.is_connected() {
        if desk.touched.with_untracked(|touched| !touched.contains(&path)) {
            desk.touched.update(|touched| {
                touched.insert(path);
            });
        }
        desk.draft.update_untracked(|draft| draft.seal());
    }
}

fn pressed(desk: Desk, target: Option<EventTarget>) {
    let Some((element, path)) = carried(target, "data-at") else { return };
    let mut focus = None;
    match element.get_attribute("data-act").as_deref() {
        Some("revert") => desk.draft.update(|draft| focus = draft.revert(&path).then(|| path.clone())),
        Some("add") => desk.draft.update(|draft| {
            let item = draft.add_item(&path);
            // The first control of the new item, or the item itself if it is one.
            focus =
                item.map(|item| draft.form().find(&item).and_then(|item| item.below().first()).map_or(item, |first| first.path.clone()));
        }),
        Some("remove") => desk.draft.update(|draft| {
            let list = path.rsplit_once('/').map(|(list, _)| list.to_owned());
            focus = if draft.remove(&path) { list } else { None };
        }),
        _ => return,
    }
    desk.reshape(focus);
}
