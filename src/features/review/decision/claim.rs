//! Claims a review at a vendor that supports it, and releases it.

use super::versions::moment;
use crate::features::review::desk::Desk;
use crate::features::review::session::ReviewSession;
use crate::net;
use crate::platform::page;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{Icon, Notice, error_toast, error_toast_with};
use runs::adapters::RunRef;
use runs::model::review::{Holder, ReviewState};
use runs::model::status::Tone;

pub fn started_here(key: &str) -> bool {
    ReviewSession::get().started.borrow().contains(key)
}

/// Who has it now, as far as it was read.
fn holder(desk: Desk) -> Option<Holder> {
    let now = desk.live.value.get().or_else(|| desk.read.get())?;
    now.holder.clone().filter(|_| now.state == ReviewState::Open)
}

fn offered(desk: Desk) -> bool {
    desk.connection().dialect.adapter().capabilities().claims
}

/// The button that starts it, while nobody has it.
pub fn start(desk: Desk) -> Html {
    let words = t().claims;
    let vendor = desk.vendor();
    let free = Memo::new(move |_| {
        holder(desk).is_none() && desk.live.value.with(|now| now.as_ref().is_some_and(|now| now.state == ReviewState::Open))
    });
    let busy = RwSignal::new(false);
    let go = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            let (connection, place) = (desk.connection(), desk.address());
            let run = RunRef { id: place.run, flow: place.flow };
            let result = net::write(&connection.id, connection.dialect.run_adapter().claim(&run, &place.review), None).await;
            busy.try_set(false);
            match result {
                Ok(_) => {
                    ReviewSession::get().started.borrow_mut().insert(desk.key());
                    desk.globals.toasts.say((words.was_started)(vendor));
                }
                Err(error) => desk.globals.toasts.show(error_toast(&error, vendor)),
            }
            desk.live.refresh();
        });
    };
    live(move || {
        (offered(desk) && free.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="sl-btn sl-btn--quiet sl-btn--sm"
                    title=(words.start_means)(vendor)
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=go
                >
                    {(words.start)(vendor)}
                </button>
            }
        })
    })
}

/// Who has it started, by the vendor's word; it may be this key itself.
pub fn held(desk: Desk) -> Html {
    let now = Memo::new(move |_| holder(desk));
    live(move || now.get().map(|holder| note(desk, &holder)))
}

fn note(desk: Desk, holder: &Holder) -> Html {
    let words = t().standing;
    let vendor = desk.vendor();
    let since = holder.since.map(|since| moment(Some(since)));
    let fact = (words.held)(holder.name.as_deref().unwrap_or(&holder.id), since.as_deref());
    let next = format!("{} {}", words.held_next, (t().claims.times_out)(vendor));
    let actions = offered(desk).then(|| {
        view! { <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| release(desk)>{t().claims.give_back}</button> }
    });
    view! { <div data-claim=""><Notice tone=Tone::Idle icon=Icon::Play fact=fact next=next actions=actions.view() /></div> }
}

fn release(desk: Desk) {
    let words = t().claims;
    let vendor = desk.vendor();
    leptos::task::spawn_local(async move {
        let (connection, place) = (desk.connection(), desk.address());
        let run = RunRef { id: place.run, flow: place.flow };
        let adapter = connection.dialect.run_adapter();
        let toasts = desk.globals.toasts;
        match net::write(&connection.id, adapter.release(&run, &place.review), None).await {
            Ok(()) => {
                ReviewSession::get().started.borrow_mut().remove(&desk.key());
                // Only the key's own start is given back, and the vendor does not say whose it was.
                match net::read(&connection.id, adapter.holder(&run, &place.review), &net::Scope::new().fresh()).await {
                    Ok(Some(holder)) => toasts.warn((words.still_held)(holder.name.as_deref().unwrap_or(&holder.id))),
                    Ok(None) => toasts.say((words.was_given_back)(vendor)),
                    Err(error) => toasts.show(error_toast_with(&error, (words.given_back_unread)(vendor, &error))),
                }
            }
            Err(error) => toasts.show(error_toast(&error, vendor)),
        }
        desk.live.refresh();
        page::focus(crate::features::review::form::focus::FORM);
    });
}
