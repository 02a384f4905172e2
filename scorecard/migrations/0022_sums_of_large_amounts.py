"""A day's sum may be of many of the largest amounts, in a currency of small units: a fold would fail on it for good.

A larger precision of the same scale is written into the catalogue alone; no row is touched.
"""

from django.db import migrations, models


def wider(**more: object) -> models.DecimalField:
    """A column of sums."""
    return models.DecimalField(max_digits=30, decimal_places=4, default=0, **more)


class Migration(migrations.Migration):
    dependencies = [("scorecard", "0021_of_which_seam_it_was_tried")]

    operations = [
        migrations.AlterField("reading", "numerator", wider()),
        migrations.AlterField("reading", "denominator", wider()),
        migrations.AlterField("reading", "aside", wider(db_default=0)),
        migrations.AlterField("reading", "stock", wider(db_default=0)),
        migrations.AlterField("reading", "stock_days", wider(db_default=0)),
    ]
