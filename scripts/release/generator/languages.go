package main

import (
	"github.com/hashicorp/hcl/v2"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

type files = map[string][]byte

type language struct {
	generatePackage func(tool string, pkg *schema.Package) (files, error)
	generateProgram func(program *pcl.Program) (files, hcl.Diagnostics, error)
}

var languages = map[string]language{
	"nodejs": {
		generatePackage: func(tool string, pkg *schema.Package) (files, error) {
			return nodejs.GeneratePackage(tool, pkg, nil, nil, false, nil)
		},
		generateProgram: nodejs.GenerateProgram,
	},
	"python": {
		generatePackage: func(tool string, pkg *schema.Package) (files, error) {
			return python.GeneratePackage(tool, pkg, nil, nil)
		},
		generateProgram: python.GenerateProgram,
	},
	"go": {
		generatePackage: func(tool string, pkg *schema.Package) (files, error) {
			return golang.GeneratePackage(tool, pkg, nil)
		},
		generateProgram: golang.GenerateProgram,
	},
}
