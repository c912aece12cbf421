use super::engine::MergedList;
use super::state::SourceNotices;
use crate::prelude::*;
use crate::strings::t;
use crate::ui::{ErrorSource, FailureNote, Icon, Notice};
use runs::ApiError;
use runs::model::status::Tone;
use runs::reading::merge::MOST_FLOWS;

/// What is missing of which connection, and how to get it.
#[component]
pub fn Notes(list: MergedList) -> Html {
    view! {
        <div class="sl-missing" aria-live="polite">
            {move || shown_notices(list, list.notices.get())}
        </div>
    }
}

fn shown_notices(list: MergedList, notices: Vec<SourceNotices>) -> Vec<Html> {
    let unreachable = |notices: &SourceNotices| notices.missing.error.clone().filter(ApiError::before_gateway);
    // Without a gateway no vendor is to blame, and to say so once is enough.
    if let Some(error) = notices.first().and_then(unreachable).filter(|_| notices.iter().all(|notices| unreachable(notices).is_some())) {
        let retry = Callback::new(move |()| (0..notices.len()).for_each(|source| list.retry(source)));
        return vec![view! { <FailureNote error=error source=ErrorSource::product() retry=retry /> }];
    }
    notices.into_iter().flat_map(|source| notes(list, source)).collect()
}

fn notes(list: MergedList, notices: SourceNotices) -> Vec<Html> {
    let words = t().merged;
    let SourceNotices { source, connection, missing, stale, left_out, .. } = notices;
    let label = &connection.label;
    let mut notes = Vec::new();
    if let Some(error) = missing.error {
        let retry = Callback::new(move |()| list.retry(source));
        notes.push(view! { <FailureNote error=error source=&connection still=words.failed_next retry=retry /> });
    } else if let Some(error) = stale {
        let retry = Callback::new(move |()| list.again(source));
        notes.push(view! { <FailureNote error=error source=&connection still=words.stale_next retry=retry /> });
    }
    if missing.late > 0 {
        let show = view! {
            <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| list.show(source)>
                {words.show}<span class="sl-vh">" "{(words.show_whose)(label)}</span>
            </button>
        };
        notes.push(view! {
            <Notice tone=Tone::Run icon=Icon::Newest fact=(words.late)(label, missing.late) next=words.late_next actions=show />
        });
    }
    if missing.slow {
        notes.push(view! { <Notice tone=Tone::Wait icon=Icon::Clock fact=(words.slow)(label) next=words.slow_next /> });
    }
    if let Some(more) = left_out {
        let fact = (words.flows_left_out)(label, MOST_FLOWS, more);
        notes.push(view! { <Notice tone=Tone::Idle icon=Icon::Info fact=fact next=words.flows_left_out_next /> });
    }
    notes
}

/// The address named a page that is kept no longer: after a reload, or from a link.
#[component]
pub fn Lost(list: MergedList) -> Html {
    live(move || {
        let page = list.lost.get();
        (page > 0).then(|| {
            view! {
                <div class="sl-missing" role="status">
                    <Notice tone=Tone::Idle icon=Icon::Info fact=(t().merged.lost)(page) next=t().merged.lost_next />
                </div>
            }
        })
    })
}
