"""Refusals that only the vault utters."""

from sanbao.base.errors import Invalid


class FileTooLarge(Invalid):
    """Over the limit, which the sentence names."""

    code = "file_too_large"
    status = 413
    text = "This file is larger than %(most)s MB."
    remedy = "Take the photo again with a lower resolution, or cut the document."


class NotAFile(Invalid):
    """Not one of the kinds that the vault takes, whatever its name says."""

    code = "not_a_photo"
    text = "This is not a photo (JPEG, PNG, WebP) and not a PDF."
    remedy = "Take a photo or a screenshot and send that; an iPhone's HEIC photo can be saved as JPEG."


class BrokenPhoto(Invalid):
    """Begins like a photo and cannot be read to its end."""

    code = "broken_photo"
    text = "This photo cannot be read: the file is damaged or not complete."
    remedy = "Send it again, or take a new photo."


class TooManyPixels(Invalid):
    """So large when unpacked that it could stop the house."""

    code = "too_many_pixels"
    text = "This photo has more than %(most)s million pixels."
    remedy = "Make it smaller and send it again."


class UnsafePdf(Invalid):
    """Carries a script, an attachment or something that starts itself."""

    code = "unsafe_pdf"
    text = "This PDF is not complete, or it carries scripts or attachments."
    remedy = "Print it to a new PDF, or send a photo of it."
