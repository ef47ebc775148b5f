"""Where messages to a therapist are passed on to"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    relay_to = sa.Column("relay_to", sa.String(length=254), nullable=False, server_default="")
    op.add_column("consult_offers", relay_to)


def downgrade() -> None:
    op.drop_column("consult_offers", "relay_to")
