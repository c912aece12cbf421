//! One query to several vendors: what each is asked, and what is filtered here.

use super::Kind;
use crate::adapters::capability::{Capabilities, ReviewStyle};
use crate::adapters::filter::{Filter, FilterParts};
use crate::adapters::query::RunQuery;
use crate::model::status::StatusKind;
use crate::model::{Place, Run};

/// The question to one vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Those that the vendor filters by: all that are wanted, or none.
    statuses: Vec<StatusKind>,
    /// The wanted statuses are left to be told apart here.
    pub statuses_here: bool,
    /// What else is.
    pub here: FilterParts,
    /// What its lists do not tell of a run.
    pub untold: FilterParts,
    pub kind: Kind,
    /// The vendor's longest page.
    longest: u32,
}

impl Question {
    pub fn of(statuses: &[StatusKind], filter: &Filter, vendor: &Capabilities) -> Self {
        let sent = vendor.filters_by(statuses);
        let statuses_here = !statuses.is_empty() && !sent;
        let here = filter.client_parts(vendor.filters);
        let untold = filter.unsupported_parts(vendor.filters, vendor.listed);
        // Without a paused state nothing can wait for a person.
        let never = (statuses == [StatusKind::Waiting] && vendor.review == ReviewStyle::None) || untold.any();
        let kind = Kind { all_flows: vendor.list_all, here: statuses_here || here.any(), never };
        let longest = vendor.page_sizes.iter().copied().max().unwrap_or(0);
        Self { statuses: if sent { statuses.to_vec() } else { Vec::new() }, statuses_here, here, untold, kind, longest }
    }

    /// One page of one list; relative times of the filter have been resolved.
    pub fn page(&self, flow: Option<&str>, filter: &Filter, place: Place, limit: u32) -> RunQuery {
        RunQuery {
            flow: flow.map(str::to_owned),
            statuses: self.statuses.clone(),
            filter: filter.clone(),
            limit: limit.min(self.longest),
            place,
            first_number: None,
            rows_first: false,
            plain: true,
        }
    }

    /// Whether a run is one of those wanted: of what the vendor does itself, only dates are looked at again, because some take
    /// whole days.
    pub fn matches(&self, run: &Run, statuses: &[StatusKind], filter: &Filter, lower: &dyn Fn(&str) -> String) -> bool {
        (!self.statuses_here || statuses.contains(&run.status.kind)) && filter.matches(run, lower)
    }
}
