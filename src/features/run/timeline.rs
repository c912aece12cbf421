use super::gantt::Gantt;
use super::status_history::StatusHistory;
use super::step_panel::StepPanel;
use super::view::View;
use crate::platform::storage;
use crate::prelude::*;

const FOLD: &str = "fold";

/// The status history over the steps on one time axis, and the step that is selected.
#[component]
pub fn Timeline(view: View) -> Html {
    let fold = RwSignal::new(storage::get(FOLD).as_deref() != Some("off"));
    Effect::new(move |_| {
        storage::set(FOLD, if fold.get() { "on" } else { "off" });
    });
    view! {
        <StatusHistory view=view fold=fold />
        <div class="sl-runsplit">
            <Gantt view=view fold=fold />
            <StepPanel view=view />
        </div>
    }
}
