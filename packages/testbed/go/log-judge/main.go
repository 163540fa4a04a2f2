// log-judge reads what Mendkit says about its audit log with the Go project's own packages for transparency logs and another
// implementation of RFC 8785, and knows nothing of Mendkit. It ends with 0 when all holds, with 1 and a line on standard error
// otherwise.
//
//	log-judge open <verifier key> <note file>
//	log-judge inclusion <verifier key> <origin> <proof file> <entry file>
//	log-judge consistency <verifier key> <origin> <old note file> <proof file>
//	log-judge canonical <file of one JSON text a line>
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type checkpoint struct {
	origin string
	tree   tlog.Tree
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println("log-judge on " + versionOf("golang.org/x/mod"))
		return
	}
	if err := judge(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judge(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "open":
		text, err := read(args[2])
		if err != nil {
			return err
		}
		end, err := open(args[1], text)
		if err != nil {
			return err
		}
		fmt.Printf("%s %d %s\n", end.origin, end.tree.N, end.tree.Hash)
		return nil
	case len(args) == 2 && args[0] == "canonical":
		return canonical(args[1])
	case len(args) == 5 && args[0] == "inclusion":
		return inclusion(args[1], args[2], args[3], args[4])
	case len(args) == 5 && args[0] == "consistency":
		return consistency(args[1], args[2], args[3], args[4])
	}
	return errors.New("log-judge takes open, inclusion, consistency or canonical with their files")
}

// canonical prints each text of a file in its canonical form, one a line; "refused" for one that has none.
func canonical(file string) error {
	text, err := read(file)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		bytes, err := jcs.Transform([]byte(line))
		if err != nil {
			bytes = []byte("refused")
		}
		out.Write(append(bytes, '\n'))
	}
	return out.Flush()
}

func inclusion(key, origin, proofFile, entryFile string) error {
	head, hashes, end, err := proof(key, origin, proofFile)
	if err != nil {
		return err
	}
	if len(head) != 2 || head[0] != "c2sp.org/tlog-proof@v1" {
		return errors.New("this is no proof of inclusion")
	}
	index, err := number(head[1], "index ")
	if err != nil {
		return err
	}
	entry, err := read(entryFile)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(tlog.RecordProof(hashes), end.tree.N, end.tree.Hash, index, tlog.RecordHash([]byte(entry)))
}

func consistency(key, origin, oldFile, proofFile string) error {
	head, hashes, end, err := proof(key, origin, proofFile)
	if err != nil {
		return err
	}
	if len(head) != 1 {
		return errors.New("this is no proof of consistency")
	}
	size, err := number(head[0], "old ")
	if err != nil {
		return err
	}
	text, err := read(oldFile)
	if err != nil {
		return err
	}
	old, err := open(key, text)
	if err != nil {
		return err
	}
	if old.origin != origin || old.tree.N != size {
		return errors.New("the proof does not begin at the old checkpoint")
	}
	return tlog.CheckTree(tlog.TreeProof(hashes), end.tree.N, end.tree.Hash, old.tree.N, old.tree.Hash)
}

// proof parts a file into the lines before the hashes, the hashes, and the checkpoint at its end.
func proof(key, origin, file string) (head []string, hashes []tlog.Hash, end checkpoint, err error) {
	text, err := read(file)
	if err != nil {
		return nil, nil, end, err
	}
	above, signed, found := strings.Cut(text, "\n\n")
	if !found {
		return nil, nil, end, errors.New("the proof has no checkpoint")
	}
	for _, line := range strings.Split(above, "\n") {
		hash, err := tlog.ParseHash(line)
		switch {
		case err == nil:
			hashes = append(hashes, hash)
		case len(hashes) > 0:
			return nil, nil, end, fmt.Errorf("%q is no hash", line)
		default:
			head = append(head, line)
		}
	}
	end, err = open(key, signed)
	if err == nil && end.origin != origin {
		err = fmt.Errorf("the checkpoint is that of %s", end.origin)
	}
	return head, hashes, end, err
}

func open(key, text string) (checkpoint, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return checkpoint{}, err
	}
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return checkpoint{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return checkpoint{}, errors.New("the text of the note is not origin, size and root")
	}
	size, err := number(lines[1], "")
	if err != nil {
		return checkpoint{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return checkpoint{lines[0], tlog.Tree{N: size, Hash: root}}, err
}

func number(line, prefix string) (int64, error) {
	digits, found := strings.CutPrefix(line, prefix)
	if !found {
		return 0, fmt.Errorf("%q does not begin with %q", line, prefix)
	}
	return strconv.ParseInt(digits, 10, 64)
}

func read(file string) (string, error) {
	bytes, err := os.ReadFile(file)
	return string(bytes), err
}

func versionOf(module string) string {
	info, _ := debug.ReadBuildInfo()
	if info != nil {
		for _, one := range info.Deps {
			if one.Path == module {
				return module + " " + one.Version
			}
		}
	}
	return module
}
