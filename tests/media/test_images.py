"""Still pictures, against Pillow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageOps

from anime4k.colour import ChromaSite, Matrix, Range, Transfer
from anime4k.errors import MediaError, OutputError
from anime4k.media.format import ColourModel
from anime4k.media.images import is_animation, is_image, read_image, write_image

pytestmark = pytest.mark.timeout(60)


def _noise(*shape: int, dtype: type = np.uint8) -> npt.NDArray[Any]:
    return np.random.default_rng(len(shape) + shape[0]).integers(0, np.iinfo(dtype).max + 1, shape).astype(dtype)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 33)])
def test_png_of_every_kind(tmp_path: Path, mode: str, size: tuple[int, int]) -> None:
    channels = 4 if "A" in mode else 3
    made = Image.fromarray(_noise(size[1], size[0], channels)).convert(mode)
    path = tmp_path / "a.png"
    made.save(path)
    frame = read_image(path)
    (plane,) = frame.planes
    expected = np.asarray(made.convert({"L": "L", "1": "L", "RGB": "RGB", "P": "RGB"}.get(mode, "RGBA")))
    np.testing.assert_array_equal(plane, expected)
    assert frame.format.transfer is Transfer.SRGB
    assert frame.format.range is Range.FULL
    assert frame.format.model is (ColourModel.GRAY if mode in "L1" else ColourModel.RGB)
    assert not frame.corrupt


def test_a_transparent_palette_keeps_its_alpha(tmp_path: Path) -> None:
    made = Image.fromarray(np.arange(64, dtype=np.uint8).reshape(8, 8) % 4, "P")
    made.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120])
    path = tmp_path / "a.png"
    made.save(path, transparency=bytes([0, 128, 255, 255]))
    np.testing.assert_array_equal(read_image(path).planes[0], np.asarray(Image.open(path).convert("RGBA")))


def test_sixteen_bits_are_kept(tmp_path: Path) -> None:
    grey = _noise(9, 13, dtype=np.uint16)
    Image.fromarray(grey).save(tmp_path / "a.png")
    frame = read_image(tmp_path / "a.png")
    assert frame.format.depth == 16
    np.testing.assert_array_equal(frame.planes[0], grey)


@pytest.mark.parametrize("name", ["a.bmp", "a.gif", "a.tif", "a.webp"])
def test_other_lossless_types(tmp_path: Path, name: str) -> None:
    made = Image.fromarray(_noise(12, 10, 3) // 64 * 64, "RGB").quantize(200).convert("RGB")
    made.save(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    (plane,) = read_image(tmp_path / name).planes
    order = plane[..., ::-1] if name == "a.bmp" or name == "a.gif" else plane
    np.testing.assert_array_equal(order, np.asarray(Image.open(tmp_path / name).convert("RGB")))


def test_jpeg_stays_ycbcr(tmp_path: Path) -> None:
    Image.fromarray(np.full((16, 24, 3), (200, 60, 40), np.uint8)).save(tmp_path / "a.jpg", quality=95)
    frame = read_image(tmp_path / "a.jpg")
    known = frame.format
    assert (known.model, known.matrix, known.range) == (ColourModel.YUV, Matrix.BT601, Range.FULL)
    assert (known.transfer, known.chroma_site, known.subsampling) == (Transfer.SRGB, ChromaSite.CENTER, (2, 2))
    luma = 0.299 * 200 + 0.587 * 60 + 0.114 * 40
    assert float(frame.planes[0].mean()) == pytest.approx(luma, abs=1.5)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
def test_exif_orientation(tmp_path: Path, name: str, orientation: int) -> None:
    shades = np.add.outer(np.arange(32) * 3, np.arange(48) * 2).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(shades, "L").save(tmp_path / name, exif=exif)
    frame = read_image(tmp_path / name)
    upright = np.rot90(frame.planes[0], -frame.format.rotation // 90)
    with Image.open(tmp_path / name) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    assert upright.shape == expected.shape
    assert np.abs(upright.astype(int) - expected).max() <= 2


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("name", "dtype"), [("a.png", np.uint8), ("a.png", np.uint16), ("a.webp", np.uint8)])
@pytest.mark.parametrize("size", [(1, 1), (37, 21)])
def test_lossless_round_trip(tmp_path: Path, name: str, dtype: type, channels: int, size: tuple[int, int]) -> None:
    pixels = _noise(*size, channels, dtype=dtype)
    if channels == 4:
        pixels[..., 3] |= 1  # WebP does not store the colour of invisible pixels
    write_image(tmp_path / name, pixels)
    (plane,) = read_image(tmp_path / name).planes
    np.testing.assert_array_equal(plane, pixels)
    if dtype is np.uint8:
        image = Image.open(tmp_path / name).convert("RGB" if channels == 3 else "RGBA")
        np.testing.assert_array_equal(np.asarray(image), pixels)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_written_png_says_srgb(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", _noise(4, 4, 3))
    assert "srgb" in Image.open(tmp_path / "a.png").info


@pytest.mark.parametrize("name", ["a.jpg", "a.jpeg"])
def test_jpeg_is_close(tmp_path: Path, name: str) -> None:
    ramp = np.add.outer(np.arange(48), np.arange(64))
    pixels = np.stack([ramp * 2, ramp + 20, 250 - ramp], axis=-1).astype(np.uint8)
    write_image(tmp_path / name, pixels)
    with Image.open(tmp_path / name) as image:
        assert image.format == "JPEG"
        assert np.abs(np.asarray(image.convert("RGB")).astype(int) - pixels).max() <= 8
    best = (tmp_path / name).stat().st_size
    write_image(tmp_path / name, pixels, quality=20)
    assert (tmp_path / name).stat().st_size < best


def test_jpeg_and_webp_take_sixteen_bits_and_alpha(tmp_path: Path) -> None:
    pixels = np.full((16, 16, 4), 65535, np.uint16)
    pixels[..., 3] = 0
    write_image(tmp_path / "a.jpg", pixels)
    assert np.asarray(Image.open(tmp_path / "a.jpg").convert("RGB")).max() <= 1
    write_image(tmp_path / "a.webp", np.full((16, 16, 3), 32896, np.uint16))
    assert set(np.asarray(Image.open(tmp_path / "a.webp").convert("RGB")).ravel()) == {128}


def test_output_errors_leave_nothing_behind(tmp_path: Path) -> None:
    pixels = _noise(4, 4, 3)
    with pytest.raises(OutputError, match="cannot be written"):
        write_image(tmp_path / "missing" / "a.png", pixels)
    with pytest.raises(OutputError, match="use one of"):
        write_image(tmp_path / "a.xyz", pixels)
    (tmp_path / "b.png").write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists"):
        write_image(tmp_path / "b.png", pixels, overwrite=False)
    assert (tmp_path / "b.png").read_bytes() == b"mine"
    with pytest.raises(OutputError, match="encoded"):
        write_image(tmp_path / "wide.webp", np.zeros((1, 20000, 3), np.uint8))
    assert [path.name for path in tmp_path.iterdir()] == ["b.png"]


def test_bad_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no such file"):
        read_image(tmp_path / "missing.png")
    (tmp_path / "text.png").write_text("not a picture")
    with pytest.raises(MediaError, match="picture"):
        read_image(tmp_path / "text.png")
    write_image(tmp_path / "cut.png", _noise(64, 64, 3))
    data = (tmp_path / "cut.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(data[:40])
    with pytest.raises(MediaError, match="picture"):
        read_image(tmp_path / "cut.png")


def test_a_jpeg_without_its_end_is_damaged(tmp_path: Path) -> None:
    thumbnail = tmp_path / "thumbnail.jpg"
    Image.fromarray(_noise(16, 16, 3)).save(thumbnail)
    path = tmp_path / "a.jpg"
    Image.fromarray(_noise(64, 64, 3)).save(path, quality=90, comment=thumbnail.read_bytes())
    assert not read_image(path).corrupt
    path.write_bytes(path.read_bytes() + b"what a camera appends")
    assert not read_image(path).corrupt
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rfind(b"\xff\xd9")])
    assert read_image(path).corrupt
    path.write_bytes(whole[: len(whole) // 2])
    assert read_image(path).corrupt


def test_animations(tmp_path: Path) -> None:
    pictures = [Image.fromarray(_noise(8, 8 + n, 3)[:, :8]) for n in range(3)]
    for name in ("a.gif", "a.webp"):
        pictures[0].save(tmp_path / name, save_all=True, append_images=pictures[1:])
    pictures[0].save(tmp_path / "still.gif")
    assert is_animation(tmp_path / "a.gif") and not is_animation(tmp_path / "still.gif")
    with pytest.raises(MediaError, match="animated WebP"):
        read_image(tmp_path / "a.webp")


def test_is_image() -> None:
    assert is_image("a.PNG") and is_image(Path("x/y.webp")) and is_image("a.jpeg")
    assert not is_image("a.mkv") and not is_image("a.gif") and not is_image("png")
