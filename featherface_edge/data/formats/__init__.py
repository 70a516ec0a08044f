"""Labelled photographs from the formats that face sets come in.

Own readers, each a file of about a hundred lines, because no importer library gives what labels of
faces need. Three were weighed in their source, each in its newest release. Supervision 0.31 knows
neither WIDER FACE nor RetinaFace, drops the five landmarks of YOLO and COCO and the difficult flag
of Pascal VOC, and brings PyAV and Matplotlib. Datumaro 1.13 reads the invalid flag of WIDER FACE
from the column of the pose, skips lines that it does not understand, and needs 18 packages, among
them an OpenCV older than 5. pycocotools reads COCO alone. None says in which line of which file a
label is broken. What is hard is left to libraries: XML from strangers to defusedxml, YAML to
PyYAML, the sizes of pictures to imagesize, which reads headers only and heeds EXIF orientation.
"""

from featherface_edge.data.formats.dataset import read_dataset

__all__ = ["read_dataset"]
