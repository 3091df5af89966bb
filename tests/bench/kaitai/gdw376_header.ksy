meta:
  id: gdw376_header
  endian: le
seq:
  - id: start
    contents: [0x68]
  - id: length
    type: u2
  - id: length_again
    type: u2
  - id: start_again
    contents: [0x68]
  - id: control
    type: control
  - id: region
    type: u2
  - id: terminal
    type: u2
  - id: master
    type: u1
  - id: afn
    type: u1
  - id: seq_field
    type: sequence
  - id: user
    size: (length >> 2) - 8
  - id: checksum
    type: u1
  - id: end
    contents: [0x16]
types:
  control:
    seq:
      - id: dir
        type: b1
      - id: prm
        type: b1
      - id: fcb_acd
        type: b1
      - id: fcv
        type: b1
      - id: function
        type: b4
  sequence:
    seq:
      - id: tpv
        type: b1
      - id: fir
        type: b1
      - id: fin
        type: b1
      - id: con
        type: b1
      - id: number
        type: b4
