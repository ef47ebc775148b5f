"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "change_counter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "changes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("listing_id", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "therapists",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("pronouns", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("practice", sa.String(length=120), nullable=False),
        sa.Column("headline", sa.String(length=270), nullable=False),
        sa.Column("bio_approach", sa.String(length=2000), nullable=False),
        sa.Column("bio_working", sa.String(length=2000), nullable=False),
        sa.Column("bio_first_session", sa.String(length=2000), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("practising_since", sa.Integer(), nullable=True),
        sa.Column("availability", sa.String(length=20), nullable=False),
        sa.Column("availability_note", sa.String(length=120), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("style_leads", sa.Integer(), nullable=True),
        sa.Column("style_feelings", sa.Integer(), nullable=True),
        sa.Column("style_past", sa.Integer(), nullable=True),
        sa.Column("style_gentle", sa.Integer(), nullable=True),
        sa.Column("fee_version", sa.Integer(), nullable=False),
        sa.Column("about_version", sa.Integer(), nullable=False),
        sa.Column("availability_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="state_known"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("therapists", schema=None) as batch_op:
        batch_op.create_index("ix_therapists_state_confirmed", ["state", "confirmed_on"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("therapist_id", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email"),
        sa.UniqueConstraint("fs_uniquifier"),
        sa.UniqueConstraint("therapist_id"),
    )
    op.create_table(
        "audit_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("therapist_id", sa.String(length=10), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_lines_therapist_id"), ["therapist_id"], unique=False)

    op.create_table(
        "consult_offers",
        sa.Column("therapist_id", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("price_minor", sa.Integer(), nullable=False),
        sa.Column("channels", sa.String(length=120), nullable=False),
        sa.Column("booking_url", sa.String(length=300), nullable=False),
        sa.Column("reply_days", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("therapist_id"),
    )
    op.create_table(
        "fees",
        sa.Column("therapist_id", sa.String(length=10), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("full_from_minor", sa.Integer(), nullable=False),
        sa.Column("full_to_minor", sa.Integer(), nullable=True),
        sa.Column("sliding_from_minor", sa.Integer(), nullable=True),
        sa.Column("session_minutes", sa.Integer(), nullable=False),
        sa.Column("reduced_places", sa.Integer(), nullable=True),
        sa.Column("cancellation_hours", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("therapist_id"),
    )
    op.create_table(
        "licences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=6), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("body", sa.String(length=120), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("register_url", sa.String(length=300), nullable=False),
        sa.CheckConstraint("state in ('unverified', 'in-review', 'verified', 'suspended')", name="licence_state_known"),
        sa.CheckConstraint("kind in ('licensed', 'register', 'unregulated')", name="licence_kind_known"),
        sa.CheckConstraint("state <> 'verified' or kind <> 'licensed' or expires_on is not null", name="licence_ends"),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("licences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_licences_therapist_id"), ["therapist_id"], unique=False)

    op.create_table(
        "places",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("postal_area", sa.String(length=10), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("note", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_places_therapist_id"), ["therapist_id"], unique=False)

    op.create_table(
        "therapist_terms",
        sa.Column("therapist_id", sa.String(length=10), nullable=False),
        sa.Column("term_group", sa.String(length=24), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("therapist_id", "term_group", "slug", "role"),
    )
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("therapist_id", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=140), nullable=False),
        sa.Column("provider", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("approach", sa.String(length=60), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["therapist_id"], ["therapists.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("trainings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trainings_therapist_id"), ["therapist_id"], unique=False)

    op.create_table(
        "account_roles",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account_id", "role_id"),
    )
    op.execute("insert into change_counter (id, number) values (1, 0)")


def downgrade() -> None:
    op.drop_table("account_roles")
    with op.batch_alter_table("trainings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trainings_therapist_id"))

    op.drop_table("trainings")
    op.drop_table("therapist_terms")
    with op.batch_alter_table("places", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_places_therapist_id"))

    op.drop_table("places")
    with op.batch_alter_table("licences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_licences_therapist_id"))

    op.drop_table("licences")
    op.drop_table("fees")
    op.drop_table("consult_offers")
    with op.batch_alter_table("audit_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_lines_therapist_id"))

    op.drop_table("audit_lines")
    op.drop_table("accounts")
    with op.batch_alter_table("therapists", schema=None) as batch_op:
        batch_op.drop_index("ix_therapists_state_confirmed")

    op.drop_table("therapists")
    op.drop_table("roles")
    op.drop_table("changes")
    op.drop_table("change_counter")
