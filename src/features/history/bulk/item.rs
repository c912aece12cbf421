use super::job::Item;
use crate::prelude::*;
use crate::routes::Page;
use crate::state::Picked;
use crate::strings::t;
use crate::ui::{Glyph, Icon, StatusLabel, StatusMark, sign_in};
use runs::deciding::bulk::{Ended, Exclusion, Phase, Verb};
use runs::model::ActionOutcome;
use std::sync::Arc;

/// A run by its name, as a link to its page.
pub fn run_link(picked: &Picked) -> Html {
    let href = Page::Run { connection: picked.connection.clone(), run: picked.run.id.clone(), flow: Some(picked.run.flow.clone()) }.href();
    let name = picked.number.map_or_else(|| picked.run.id.clone(), t().shared.run_number);
    let flow = picked.run.flow_name.clone().map(|flow| view! { " "<bdi class="sl-2">{flow}</bdi> });
    view! { <span><a href=href title=picked.run.id.clone()><bdi>{name}</bdi></a>{flow}</span> }
}

/// Before anything is sent: as it was last seen.
pub fn planned(picked: &Picked) -> Html {
    view! { <li class="sl-several__item">{run_link(picked)}<StatusLabel status=picked.run.status.clone() /></li> }
}

pub fn left_out(picked: &Picked, out: Exclusion, vendor: &str, verb: Verb) -> Html {
    let why = (t().bulk.out)(out, vendor, verb, picked.run.status.kind);
    view! { <li class="sl-several__item">{run_link(picked)}<StatusMark tone="idle" icon=Icon::Skipped words=why small=true isolate=true /></li> }
}

/// Where it stands, as it goes.
pub fn going(item: Arc<Item>) -> Html {
    let link = run_link(&item.picked);
    view! { <li class="sl-several__item" data-run=item.picked.run.id.clone()>{link}{move || standing(&item)}</li> }
}

fn standing(item: &Item) -> Html {
    let words = t().bulk;
    let vendor = item.action.connection.dialect.vendor();
    let case = item.action.case.get();
    let (verb, status, lost) = (case.verb, case.status(), case.no_answer());
    let mut way_on = None;
    let (tone, icon, text) = match case.phase.clone() {
        Phase::Waiting => ("idle", Icon::Queued, words.waiting.to_owned()),
        Phase::Checking => ("run", Icon::Running, words.checking.into()),
        Phase::Sending => ("run", Icon::Running, words.sending.into()),
        Phase::Looking(_) => ("wait", Icon::Running, (words.looking)(lost, vendor, case.is_repeatable())),
        Phase::Ended(ended) => match ended {
            Ended::Came(ActionOutcome::NewRun(id)) => return new_run(item, id),
            Ended::Came(ActionOutcome::Done) => ("ok", Icon::Completed, (words.done)(verb).into()),
            Ended::Came(_) => ("ok", Icon::Completed, (words.asked)(verb).into()),
            Ended::Out(out) => ("idle", Icon::Skipped, (words.out)(out, vendor, verb, status)),
            Ended::Refused(error) => ("fail", Icon::Failed, (words.refused)(&error, vendor)),
            Ended::NotSent(error) => {
                way_on = sign_in(&error);
                ("fail", Icon::Failed, (words.not_sent)(&error, vendor))
            }
            Ended::Unconfirmed => ("wait", Icon::Warn, (words.unconfirmed)(lost, vendor)),
            Ended::Stopped => ("idle", Icon::Skipped, words.stopped.into()),
        },
    };
    view! { <StatusMark tone=tone icon=icon words=text small=true isolate=true />{way_on} }
}

fn new_run(item: &Item, id: String) -> Html {
    let href =
        Page::Run { connection: item.action.connection.id.clone(), run: id.clone(), flow: Some(item.picked.run.flow.clone()) }.href();
    view! {
        <span class="sl-status" data-tone="ok">
            <Glyph icon=Icon::Completed small=true />
            <span>{t().bulk.new_run}" "<a class="sl-mono" href=href><bdi>{id}</bdi></a></span>
        </span>
    }
}
