use super::engine::All;
use super::state::Said;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{FailureNote, Icon, Notice};
use runs::ApiError;
use runs::model::status::Tone;
use runs::reading::merge::MOST_FLOWS;

/// What is missing of which connection, and how to get it.
#[component]
pub fn Notes(all: All) -> Html {
    view! {
        <div class="sl-missing" aria-live="polite">
            {move || said(all, all.said.get())}
        </div>
    }
}

fn said(all: All, said: Vec<Said>) -> Vec<Html> {
    let unreachable = |said: &Said| said.lack.error.clone().filter(ApiError::before_gateway);
    // Without a gateway no vendor is to blame, and to say so once is enough.
    if let Some(error) = said.first().and_then(unreachable).filter(|_| said.iter().all(|said| unreachable(said).is_some())) {
        let retry = Callback::new(move |()| (0..said.len()).for_each(|source| all.retry(source)));
        return vec![view! { <FailureNote error=error vendor=t().shell.product retry=retry /> }];
    }
    said.into_iter().flat_map(|said| notes(all, said)).collect()
}

fn notes(all: All, said: Said) -> Vec<Html> {
    let words = t().merged;
    let Said { source, label, lack, stale, left_out, .. } = said;
    let mut notes = Vec::new();
    if let Some(error) = lack.error {
        let retry = Callback::new(move |()| all.retry(source));
        notes.push(view! { <FailureNote error=error vendor=label.clone() still=words.failed_next retry=retry /> });
    } else if let Some(error) = stale {
        let retry = Callback::new(move |()| all.again(source));
        notes.push(view! { <FailureNote error=error vendor=label.clone() still=words.stale_next retry=retry /> });
    }
    if lack.late > 0 {
        let show = view! {
            <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| all.show(source)>
                {words.show}<span class="sl-vh">" "{(words.show_whose)(&label)}</span>
            </button>
        };
        notes.push(view! {
            <Notice tone=Tone::Run icon=Icon::Newest fact=(words.late)(&label, lack.late) next=words.late_next actions=show />
        });
    }
    if lack.slow {
        notes.push(view! { <Notice tone=Tone::Wait icon=Icon::Clock fact=(words.slow)(&label) next=words.slow_next /> });
    }
    if let Some(more) = left_out {
        let fact = (words.flows_left_out)(&label, MOST_FLOWS, more);
        notes.push(view! { <Notice tone=Tone::Idle icon=Icon::Info fact=fact next=words.flows_left_out_next /> });
    }
    notes
}

/// The address named a page that is kept no longer: after a reload, or from a link.
#[component]
pub fn Lost(all: All) -> Html {
    live(move || {
        let page = all.lost.get();
        (page > 0).then(|| {
            view! {
                <div class="sl-missing" role="status">
                    <Notice tone=Tone::Idle icon=Icon::Info fact=(t().merged.lost)(page) next=t().merged.lost_next />
                </div>
            }
        })
    })
}
