# This is a generated file! Please edit source .ksy file and use kaitai-struct-compiler to rebuild
# type: ignore

import kaitaistruct
from kaitaistruct import KaitaiStruct, KaitaiStream, BytesIO


if getattr(kaitaistruct, 'API_VERSION', (0, 9)) < (0, 11):
    raise Exception("Incompatible Kaitai Struct Python API: 0.11 or later is required, but you have %s" % (kaitaistruct.__version__))

class Gdw376Header(KaitaiStruct):
    def __init__(self, _io, _parent=None, _root=None):
        super(Gdw376Header, self).__init__(_io)
        self._parent = _parent
        self._root = _root or self
        self._read()

    def _read(self):
        self.start = self._io.read_bytes(1)
        if not self.start == b"\x68":
            raise kaitaistruct.ValidationNotEqualError(b"\x68", self.start, self._io, u"/seq/0")
        self.length = self._io.read_u2le()
        self.length_again = self._io.read_u2le()
        self.start_again = self._io.read_bytes(1)
        if not self.start_again == b"\x68":
            raise kaitaistruct.ValidationNotEqualError(b"\x68", self.start_again, self._io, u"/seq/3")
        self.control = Gdw376Header.Control(self._io, self, self._root)
        self.region = self._io.read_u2le()
        self.terminal = self._io.read_u2le()
        self.master = self._io.read_u1()
        self.afn = self._io.read_u1()
        self.seq_field = Gdw376Header.Sequence(self._io, self, self._root)
        self.user = self._io.read_bytes((self.length >> 2) - 8)
        self.checksum = self._io.read_u1()
        self.end = self._io.read_bytes(1)
        if not self.end == b"\x16":
            raise kaitaistruct.ValidationNotEqualError(b"\x16", self.end, self._io, u"/seq/12")


    def _fetch_instances(self):
        pass
        self.control._fetch_instances()
        self.seq_field._fetch_instances()

    class Control(KaitaiStruct):
        def __init__(self, _io, _parent=None, _root=None):
            super(Gdw376Header.Control, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._read()

        def _read(self):
            self.dir = self._io.read_bits_int_be(1) != 0
            self.prm = self._io.read_bits_int_be(1) != 0
            self.fcb_acd = self._io.read_bits_int_be(1) != 0
            self.fcv = self._io.read_bits_int_be(1) != 0
            self.function = self._io.read_bits_int_be(4)


        def _fetch_instances(self):
            pass


    class Sequence(KaitaiStruct):
        def __init__(self, _io, _parent=None, _root=None):
            super(Gdw376Header.Sequence, self).__init__(_io)
            self._parent = _parent
            self._root = _root
            self._read()

        def _read(self):
            self.tpv = self._io.read_bits_int_be(1) != 0
            self.fir = self._io.read_bits_int_be(1) != 0
            self.fin = self._io.read_bits_int_be(1) != 0
            self.con = self._io.read_bits_int_be(1) != 0
            self.number = self._io.read_bits_int_be(4)


        def _fetch_instances(self):
            pass



