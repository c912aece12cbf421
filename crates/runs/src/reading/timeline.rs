//! How a run's time is drawn: a bar of its statuses and a Gantt chart of its steps. Pure geometry, in shares of the width.

mod axis;
mod bar;
mod fold;
mod gantt;
mod loops;
mod row;
mod sequence;
mod spans;

pub use axis::{Axis, Break, Tick};
pub use bar::{Section, SegKind, Segment, Spent, StatusBar, Totals, Transition, status_segments};
pub use gantt::gantt;
pub use row::{Bar, BarKind, Counts, Gantt, GanttOptions, Holding, Label, Row, RowKind, Side};
