//! Parts of the history page and of the frame that the second module draws on request.

use super::arrival::{Arrival, arriving, drawn};
use super::request::Request;
use crate::app::clock_note::ClockOff;
use crate::app::name_dialog::NameDialog;
use crate::features::history::{self, BulkBar, ClientSearchNote, ExportDialog, HistoryState, LinkedRunNote, What};
use crate::prelude::*;
use crate::strings::t;

/// A piece of a page that is drawn on request.
#[derive(Clone)]
pub enum Part {
    Summary(HistoryState),
    Views(HistoryState),
    Columns(HistoryState),
    /// What the filters' menus offer.
    Trigger(HistoryState),
    Created(HistoryState),
    Duration(HistoryState),
    BulkBar(HistoryState),
    LinkedRun(HistoryState),
    ClientSearch(HistoryState),
    /// Open until it is closed.
    Export(HistoryState, RwSignal<bool>),
    /// What stands below the filters when the runs of all connections are shown.
    AllRuns(HistoryState),
    /// This computer's clock is so many milliseconds behind.
    ClockOff(i64),
    /// Who decides: asks for a name, or says who is signed in.
    WhoDecides,
}

/// Draws a piece of the page, at once if its module is here.
pub fn part(part: Part) -> Html {
    let (arrival, fetch) = arriving();
    live(move || match arrival.get() {
        Arrival::Here => drawn(Request::Part(part.clone())),
        Arrival::Waiting => view! { <p class="sl-part" role="status">{t().shared.loading}</p> },
        Arrival::Missing => {
            let words = t().shell;
            view! {
                <div class="sl-part" role="alert">
                    <p><strong>{words.part_missing}</strong>" "{words.part_missing_next}</p>
                    <button type="button" class="sl-btn sl-btn--sm" on:click=move |_| fetch()>{t().shared.try_again}</button>
                </div>
            }
        }
    })
}

/// Runs in the second module.
pub fn part_of(part: Part) -> Html {
    match part {
        Part::Summary(history) => history::summary(history),
        Part::Views(history) => history::views_menu(history),
        Part::Columns(history) => history::columns_menu(history),
        Part::Trigger(history) => history::trigger_choices(history),
        Part::Created(history) => history::created_choices(history),
        Part::Duration(history) => history::duration_choices(history),
        Part::BulkBar(history) => view! { <BulkBar history=history /> },
        Part::LinkedRun(history) => view! { <LinkedRunNote history=history /> },
        Part::ClientSearch(history) => view! { <ClientSearchNote history=history /> },
        Part::Export(history, open) => view! { <ExportDialog history=history open=open what=What::Filter /> },
        Part::AllRuns(history) => history::all_runs(history),
        Part::ClockOff(millis) => view! { <ClockOff millis=millis /> },
        Part::WhoDecides => view! { <NameDialog /> },
    }
}
