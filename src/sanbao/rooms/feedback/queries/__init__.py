"""Reads of feedback."""

from sanbao.rooms.feedback.queries.batches import BatchCard, BatchList, batch, batches, rejects

__all__ = ["BatchCard", "BatchList", "batch", "batches", "rejects"]
