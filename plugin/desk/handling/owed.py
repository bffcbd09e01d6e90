"""Orders with a deadline of their own, until they are carried out: by a public answer, or by closing the case.

Who hands an order on below still owes it. It ends as well where the report goes elsewhere, or a newer order to
the same agency names another deadline.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from plugin.store.tables import Agency, Disposition, Reply, Report, Role


def owed(*columns: Any) -> Any:
    """These columns of the orders that have a deadline and are not carried out, the one due first on top."""
    # Made for each question: an alias fills its columns at their first use, and of two threads that use it first at
    # the same time SQLAlchemy lets one find it half filled.
    holder, target = sa.orm.aliased(Agency), sa.orm.aliased(Agency)
    return (
        sa.select(*columns)
        .select_from(Disposition)
        .join(Report, col(Report.id) == Disposition.report_id)
        .join(holder, col(holder.id) == Report.agency_id)
        .join(target, col(target.id) == Disposition.to_agency)
        .where(
            col(Disposition.kind) == "given",
            col(Disposition.due_at).is_not(None),
            col(Report.closed_at).is_(None),
            _below(holder, target),
            ~_answered(),
            ~_replaced(target),
        )
        .order_by(col(Disposition.due_at), col(Disposition.id))
    )


def given_by(agencies: Any) -> Any:
    """That whoever gave the order serves at one of these agencies (a list or a query)."""
    serves = sa.select(col(Role.id)).where(
        col(Role.official_id) == col(Disposition.given_by),
        col(Role.ended_at).is_(None),
        col(Role.agency_id).in_(agencies),
    )
    return serves.exists()


def _below(agency: Any, target: Any) -> Any:
    return col(agency.path).startswith(col(target.path))


def _answered() -> Any:
    return (
        sa.select(col(Reply.id))
        .where(
            col(Reply.report_id) == col(Disposition.report_id),
            col(Reply.state) == "published",
            col(Reply.published_at) > col(Disposition.given_at),
        )
        .exists()
    )


def _replaced(target: Any) -> Any:
    later, to = sa.orm.aliased(Disposition), sa.orm.aliased(Agency)
    anew = sa.and_(col(later.to_agency) == Disposition.to_agency, col(later.due_at).is_not(None))
    return (
        sa.select(col(later.id))
        .join(to, col(to.id) == later.to_agency)
        .where(
            col(later.report_id) == Disposition.report_id,
            col(later.id) > col(Disposition.id),
            sa.or_(~_below(to, target), anew),
        )
        .exists()
    )
