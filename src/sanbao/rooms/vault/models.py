"""Files by content hash, and what each one is attached to."""

from typing import Self

from django.db import models
from django.db.models import Q

from sanbao.base.actor import EVERYWHERE, Actor
from sanbao.base.db import Visible


class FileQuerySet(Visible):
    def visible_to(self, actor: Actor) -> Self:
        """One's own files; for staff also those of outlets where they may see files."""
        if actor.everywhere("vault.see"):
            return self
        mine = Q(owner=actor.ref) | Q(added_by=actor.ref)
        if actor.is_staff:
            return self.filter(mine | Q(outlet__in=actor.outlets("vault.see") - {EVERYWHERE}))
        return self.filter(mine) if actor.is_owner else self.none()


class File(models.Model):
    """One attachment: the same content attached twice is stored once and has two rows.

    ``subject`` is the public number of what it belongs to, ``owner`` the ref of the customer who may
    see it (empty: staff only), ``outlet`` the code of the outlet whose staff may.
    """

    number = models.CharField(max_length=14, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    media_type = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    subject = models.CharField(max_length=40)
    owner = models.CharField(max_length=40, blank=True)
    outlet = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=200, blank=True)
    added_by = models.CharField(max_length=40)
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    objects = FileQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=("subject", "id"), name="file_subject"),)

    def __str__(self) -> str:
        return self.number
