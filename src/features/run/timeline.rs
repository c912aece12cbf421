use super::gantt::Gantt;
use super::state::RunState;
use super::status_history::StatusHistory;
use super::step_panel::StepPanel;
use crate::platform::storage;
use crate::prelude::*;

const FOLD: &str = "fold";

/// The status history over the steps on one time axis, and the step that is selected.
#[component]
pub fn Timeline(state: RunState) -> Html {
    let fold = RwSignal::new(storage::get(FOLD).as_deref() != Some("off"));
    Effect::new(move |_| {
        storage::set(FOLD, if fold.get() { "on" } else { "off" });
    });
    view! {
        <StatusHistory state=state fold=fold />
        <div class="sl-runsplit">
            <Gantt state=state fold=fold />
            <StepPanel state=state />
        </div>
    }
}
